package org.bitrank.engine.checkpoint.bitsandbytes;

import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFormat;
import org.bitrank.engine.checkpoint.safetensors.WritableLayout;

/** bitsandbytes' format as transformers saves it: NF4, FP4 and LLM.int8. */
public final class Bitsandbytes implements SafetensorsFormat {
    public static final String NAME = "bitsandbytes";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "bitsandbytes: NF4 and FP4 in blocks, with double quantization or without, 8-bit rows of LLM.int8.";
    }

    @Override
    public List<WritableLayout> layouts() {
        return List.of(new BnbFourBit(), new BnbInt8());
    }

    @Override
    public MatrixWriter writer() {
        return new BitsandbytesWriter();
    }
}
