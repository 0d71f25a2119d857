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
        return "Hugging Face directory, pack-quantized integers of 1 to 8 bits; what quantize writes.";
    }

    @Override
    public List<CompressedLayout> layouts() {
        return List.of(new PackQuantized());
    }

    @Override
    public MatrixWriter writer() {
        return new CompressedTensorsWriter(name(), layouts());
    }
}
