package org.bitrank.engine.checkpoint;

/** The forms in which checkpoints are stored. */
public enum StorageFormat {
    DENSE("dense", true, true, "Hugging Face directory with unquantized safetensors: float32, float16, bfloat16; sharded or not."),
    COMPRESSED_TENSORS(
            "compressed-tensors", true, true, "Hugging Face directory, pack-quantized integers of 1 to 8 bits; what quantize writes."),
    GGUF("gguf", true, false, "One file: F32, F16, BF16, Q8_0, Q4_0, Q4_1.");

    private final String label;
    private final boolean readable;
    private final boolean writable;
    private final String description;

    StorageFormat(String label, boolean readable, boolean writable, String description) {
        this.label = label;
        this.readable = readable;
        this.writable = writable;
        this.description = description;
    }

    /** The name on the command line. */
    public String label() {
        return label;
    }

    public boolean readable() {
        return readable;
    }

    public boolean writable() {
        return writable;
    }

    public String description() {
        return description;
    }
}
