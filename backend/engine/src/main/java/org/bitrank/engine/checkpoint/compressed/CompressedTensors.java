package org.bitrank.engine.checkpoint.compressed;

import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.MatrixWriter;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFormat;

/** compressed-tensors, which llm-compressor writes and vLLM and transformers read; each matrix in the layout that fits it. */
public final class CompressedTensors implements SafetensorsFormat {
    public static final String NAME = "compressed-tensors";

    private final String name;
    private final String description;
    private final List<CompressedLayout> layouts;

    private CompressedTensors(String name, String description, CompressedLayout... layouts) {
        this.name = name;
        this.description = description;
        this.layouts = List.of(layouts);
    }

    /** Any layout; integers are packed. */
    public static CompressedTensors any() {
        return new CompressedTensors(NAME, "compressed-tensors: integers of 1 to 8 bits, float8, MXFP8, MXFP4, NVFP4; what quantize writes where a method has no other.",
                new PackQuantized(), new FloatQuantized(), new Nvfp4PackQuantized(), new Mxfp4PackQuantized(), new Mxfp8Quantized(), new IntQuantized());
    }

    /** Integers of a byte each, which compressed-tensors calls so. */
    public static CompressedTensors unpackedIntegers() {
        return new CompressedTensors(IntQuantized.LAYOUT, "compressed-tensors with integers in a byte each, as kernels for 8-bit weights and inputs take them.",
                new IntQuantized());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public boolean keepsKeyValues() {
        return true;
    }

    @Override
    public List<CompressedLayout> layouts() {
        return layouts;
    }

    @Override
    public MatrixWriter writer() {
        return new CompressedTensorsWriter(name, layouts);
    }
}
