package org.bitrank.engine.checkpoint.bitrank;

import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFormat;

/** Our own format, for matrices that have no home in any public one; each kind at its true packed size. */
public final class BitrankFormat implements SafetensorsFormat {
    public static final String NAME = "bitrank";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Hugging Face directory, our own tensors: any grid and grouping, PB-LLM, BiLLM, QuIP, DB-LLM, SliM-LLM.";
    }

    @Override
    public List<BitrankLayout> layouts() {
        return List.of(new RotatedLayout(), new GroupedLayout(), new PartlyBinaryLayout(), new ResidualBinaryLayout(), new MixedWidthLayout(),
                new DualBinaryLayout());
    }

    @Override
    public MatrixWriter writer() {
        return new BitrankWriter(layouts());
    }
}
