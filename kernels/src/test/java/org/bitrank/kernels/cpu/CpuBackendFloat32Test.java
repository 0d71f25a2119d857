package org.bitrank.kernels.cpu;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BackendContract;
import org.bitrank.kernels.ComputeType;

class CpuBackendFloat32Test extends BackendContract {
    @Override
    protected Backend open() {
        return new CpuBackend(ComputeType.FLOAT32);
    }
}
