package org.bitrank.engine.checkpoint;

import java.util.List;

/** Every layout of quantized matrices in safetensors that can be read, in the order in which a module is held against them. */
final class MatrixLayouts {
    static final List<MatrixLayout> ALL = List.of(
            new PackQuantized(),
            new Nvfp4PackQuantized(),
            new Mxfp4PackQuantized(),
            new IntQuantized(),
            new Mxfp8Quantized(),
            new FloatQuantized(),
            new BitNetLayout(true),
            new Sparse24Bitmask(),
            new Marlin24(),
            new TernaryLayout(TernaryPacking.BASE_3),
            new TernaryLayout(TernaryPacking.TWO_BITS),
            new GptqLayout(GptqZeros.V2),
            new AwqGemm(),
            new AwqGemv(),
            new AwqGemvFast(),
            new BnbFourBit(),
            new BnbInt8(),
            new HqqLayout(),
            new TorchAoLayout(),
            new RotatedLayout(),
            new GroupedLayout(),
            new PartlyBinaryLayout(),
            new ResidualBinaryLayout(),
            new MixedWidthLayout(),
            new DualBinaryLayout());

    private MatrixLayouts() {}
}
