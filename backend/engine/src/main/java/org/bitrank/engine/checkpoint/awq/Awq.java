package org.bitrank.engine.checkpoint.awq;

import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFormat;

/** AWQ's format, which AutoAWQ writes. */
public final class Awq implements SafetensorsFormat {
    static final String NAME = "awq";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "AWQ: integers of 4 bits in one group size; written as gemm, read as gemm, gemv and gemv_fast.";
    }

    @Override
    public List<AwqGemm> layouts() {
        return List.of(new AwqGemm());
    }

    @Override
    public MatrixWriter writer() {
        return new AwqWriter();
    }
}
