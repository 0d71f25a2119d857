package org.bitrank.kernels;

import org.bitrank.kernels.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * What every back end must do, one interface of tests a family of operations; the reference back end is the oracle. A back end's
 * test extends this class and opens it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackendContract
        implements MemoryContract,
                ProductContract,
                TokenwiseContract,
                AttentionContract,
                HeadContract,
                SimulatedQuantizationContract,
                CalibrationContract {
    private Backend backend;
    private Backend oracle;

    protected abstract Backend open();

    @BeforeAll
    void openBackends() {
        backend = open();
        oracle = new ReferenceBackend(backend.computeType());
    }

    @AfterAll
    void closeBackends() {
        // Opening is where a machine without the device skips, and then there is nothing to close.
        if (backend != null) {
            oracle.close();
            backend.close();
        }
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public Backend oracle() {
        return oracle;
    }
}
