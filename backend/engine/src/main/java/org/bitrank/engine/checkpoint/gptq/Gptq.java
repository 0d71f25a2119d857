package org.bitrank.engine.checkpoint.gptq;

import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFormat;

/** GPTQ's format, which GPTQModel and AutoGPTQ write and transformers, vLLM and others read. */
public final class Gptq implements SafetensorsFormat {
    static final String NAME = "gptq";

    private final GptqZeros zeros;

    private Gptq(GptqZeros zeros) {
        this.zeros = zeros;
    }

    public static Gptq version1() {
        return new Gptq(GptqZeros.V1);
    }

    public static Gptq version2() {
        return new Gptq(GptqZeros.V2);
    }

    @Override
    public String name() {
        return zeros.version1() ? NAME : NAME + "-v2";
    }

    @Override
    public String description() {
        return zeros.version1()
                ? "GPTQ version 1: integers of 2, 3, 4, 8 bits, act-order; zero points stored minus one, none may be 0."
                : "GPTQ version 2: the same with zero points as they are.";
    }

    @Override
    public List<GptqLayout> layouts() {
        return List.of(new GptqLayout(zeros));
    }

    @Override
    public MatrixWriter writer() {
        return new GptqWriter(name(), zeros);
    }
}
