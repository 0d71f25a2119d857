package org.bitrank.engine.quantize.calibration;

import java.util.List;
import org.bitrank.engine.model.TokenBatch;
import org.bitrank.kernels.Tensor;

/** Gives the inputs of a linear layer, or of a block, for some whole sequences of the calibration data. */
public interface ProbeInputs {
    /** @param input {@code [tokens, columns]}, owned by who asked for it */
    record Piece(TokenBatch batch, Tensor input) {}

    /**
     * @param linear null: the block itself, with the residual stream
     * @param tokens at most so many, but at least one sequence
     */
    List<Piece> of(String linear, int tokens);
}
