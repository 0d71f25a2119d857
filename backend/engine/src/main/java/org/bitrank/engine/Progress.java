package org.bitrank.engine;

import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/** How long work tells where it is, and learns that it is no longer wanted. Called from the working thread. */
public interface Progress {
    Progress SILENT = (step, done, total) -> {};

    /**
     * @param step what is being done, in words for people: {@code "quantize model.layers.3"}
     * @param done units finished in this step
     * @param total units in this step; 0 where unknown
     */
    void report(String step, long done, long total);

    /**
     * Tells beforehand of a step that will be reported, so that somebody can say how much of everything is done.
     *
     * @param work in a unit that the expected steps share: tokens, megabytes, blocks
     */
    default void expect(String step, double work) {}

    /** True once somebody has asked for the work to stop. */
    default boolean cancelled() {
        return false;
    }

    /** Throws {@link BitRankException} of class CANCELLED once somebody has asked for the work to stop. */
    default void checkCancelled() {
        if (cancelled()) {
            throw new BitRankException(FailureClass.CANCELLED, "cancelled");
        }
    }
}
