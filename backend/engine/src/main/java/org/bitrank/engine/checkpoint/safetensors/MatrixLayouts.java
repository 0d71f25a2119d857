package org.bitrank.engine.checkpoint.safetensors;

import java.util.List;
import org.bitrank.engine.checkpoint.awq.AwqGemm;
import org.bitrank.engine.checkpoint.awq.AwqGemv;
import org.bitrank.engine.checkpoint.awq.AwqGemvFast;
import org.bitrank.engine.checkpoint.bitrank.DualBinaryLayout;
import org.bitrank.engine.checkpoint.bitrank.GroupedLayout;
import org.bitrank.engine.checkpoint.bitrank.MixedWidthLayout;
import org.bitrank.engine.checkpoint.bitrank.PartlyBinaryLayout;
import org.bitrank.engine.checkpoint.bitrank.ResidualBinaryLayout;
import org.bitrank.engine.checkpoint.bitrank.RotatedLayout;
import org.bitrank.engine.checkpoint.bitsandbytes.BnbFourBit;
import org.bitrank.engine.checkpoint.bitsandbytes.BnbInt8;
import org.bitrank.engine.checkpoint.compressed.FloatQuantized;
import org.bitrank.engine.checkpoint.compressed.IntQuantized;
import org.bitrank.engine.checkpoint.compressed.Marlin24;
import org.bitrank.engine.checkpoint.compressed.Mxfp4PackQuantized;
import org.bitrank.engine.checkpoint.compressed.Mxfp8Quantized;
import org.bitrank.engine.checkpoint.compressed.Nvfp4PackQuantized;
import org.bitrank.engine.checkpoint.compressed.PackQuantized;
import org.bitrank.engine.checkpoint.compressed.Sparse24Bitmask;
import org.bitrank.engine.checkpoint.gptq.GptqLayout;
import org.bitrank.engine.checkpoint.gptq.GptqZeros;
import org.bitrank.engine.checkpoint.hqq.HqqLayout;
import org.bitrank.engine.checkpoint.ternary.BitNetFloats;
import org.bitrank.engine.checkpoint.ternary.BitNetLayout;
import org.bitrank.engine.checkpoint.ternary.TernaryLayout;
import org.bitrank.engine.checkpoint.ternary.TernaryPacking;
import org.bitrank.engine.checkpoint.torchao.TorchAoLayout;

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
            new BitNetFloats(),
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
