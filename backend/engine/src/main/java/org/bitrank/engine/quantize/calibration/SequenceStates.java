package org.bitrank.engine.quantize.calibration;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Tensor;

/** The hidden states of all batches of calibration sequences, numbered in the order in which they were added. */
interface SequenceStates extends AutoCloseable {
    /** States that take more than this share of the model are kept in a file. */
    long SHARE = 4;

    /**
     * In the back end's memory where there is room for them beside the model, else in a file: 128 sequences of 2,048 tokens take
     * twice as much as a small model's weights. A GPU's memory is its own, and files are far from it.
     *
     * @param bytes of all states
     * @param modelBytes of the weights as stored
     * @param folder for the file, which has no name and goes when it is closed, or with the process
     */
    static SequenceStates of(long bytes, long modelBytes, Path folder, Backend backend) {
        boolean inFile = bytes > modelBytes / SHARE && !backend.device().backend().equals("cuda");
        return inFile ? new FiledStates(folder, backend) : new HeldStates(backend);
    }

    /** Takes the next batch's states over. */
    void add(Tensor states);

    /** Lets the change be made to the states themselves. */
    void change(int batch, Consumer<Tensor> change);

    /** A copy that belongs to the caller. */
    Tensor copy(int batch);

    @Override
    void close();
}
