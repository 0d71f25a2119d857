package org.bitrank.engine.checkpoint.hqq;

import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFormat;

/** HQQ's format. */
public final class Hqq implements SafetensorsFormat {
    static final String NAME = "hqq";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "HQQ: integers of 1 to 6 and 8 bits, groups along either axis, zero points that are no whole numbers.";
    }

    @Override
    public List<HqqLayout> layouts() {
        return List.of(new HqqLayout());
    }

    @Override
    public MatrixWriter writer() {
        return new HqqWriter();
    }
}
