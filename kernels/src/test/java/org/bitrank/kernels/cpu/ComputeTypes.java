package org.bitrank.kernels.cpu;

import java.util.stream.Stream;
import org.bitrank.kernels.ComputeType;

/** What tests run over. */
final class ComputeTypes {
    private ComputeTypes() {}

    /** Float32, and bfloat16 where the processor multiplies it. */
    static Stream<ComputeType> ofThisProcessor() {
        return Stream.of(ComputeType.FLOAT32, CpuBackend.nativeComputeType()).distinct();
    }
}
