package org.bitrank.cli;

import org.bitrank.engine.Progress;
import org.bitrank.engine.quantize.Quantizer;

/**
 * Collects a block's garbage before the next block is begun, so that a walk over a model takes the memory of one block and not of
 * several. Only for a process that does nothing else: a collection stops all threads.
 */
record BlockByBlock(Progress told) implements Progress {
    @Override
    public void report(String step, long done, long total) {
        if (step.equals(Quantizer.BLOCK_STEP) || step.equals(Quantizer.TOWER_STEP)) {
            System.gc();
        }
        told.report(step, done, total);
    }

    @Override
    public void expect(String step, double work) {
        told.expect(step, work);
    }

    @Override
    public boolean cancelled() {
        return told.cancelled();
    }
}
