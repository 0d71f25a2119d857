package org.bitrank.kernels.cuda;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BackendContract;
import org.bitrank.kernels.ComputeType;

/** Skipped, visibly, where there is no GPU; {@code bench/gpu.sh} runs it where there is one. */
class CudaBackendBfloat16Test extends BackendContract {
    @Override
    protected Backend open() {
        return Gpu.openOrSkip(ComputeType.BFLOAT16);
    }

    /** cuBLAS chooses a kernel by the shape of the whole product. */
    @Override
    public boolean productsAreBatchInvariant() {
        return false;
    }
}
