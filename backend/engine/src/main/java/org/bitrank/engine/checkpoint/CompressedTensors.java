package org.bitrank.engine.checkpoint;

import java.util.List;

/** compressed-tensors, which llm-compressor writes and vLLM and transformers read; each matrix in the layout that fits it. */
final class CompressedTensors implements SafetensorsFormat {
    static final String NAME = "compressed-tensors";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "compressed-tensors: integers of 1 to 8 bits, float8, MXFP8, MXFP4, NVFP4; what quantize writes where a method has no other.";
    }

    @Override
    public List<CompressedLayout> layouts() {
        return List.of(new PackQuantized(), new FloatQuantized(), new Nvfp4PackQuantized(), new Mxfp4PackQuantized(), new Mxfp8Quantized(), new IntQuantized());
    }

    @Override
    public MatrixWriter writer() {
        return new CompressedTensorsWriter(name(), layouts());
    }
}
