package org.bitrank.engine.checkpoint;

import java.util.List;

/** bitsandbytes' format as transformers saves it: NF4, FP4 and LLM.int8. */
final class Bitsandbytes implements SafetensorsFormat {
    static final String NAME = "bitsandbytes";

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
