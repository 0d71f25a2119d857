package org.bitrank.kernels.cpu;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BackendContract;
import org.bitrank.kernels.ComputeType;

class ReferenceBackendContractTest extends BackendContract {
    @Override
    protected Backend open() {
        return new ReferenceBackend(ComputeType.FLOAT32);
    }
}
