package org.bitrank.kernels.cpu;

import org.bitrank.kernels.AttentionRun;

/** Shares the heads and queries of all runs out to the threads. */
final class Attention implements AutoCloseable {
    private final Workers workers;
    private final DirectAttention direct;

    Attention(Workers workers) {
        this.workers = workers;
        direct = new DirectAttention(workers.count());
    }

    void attend(AttentionOperands operands, AttentionRun[] runs) {
        int heads = operands.shape().heads();
        for (AttentionRun run : runs) {
            workers.run(run.queryCount() * heads,
                    (task, worker) -> direct.attend(worker, operands, run, task / heads, task % heads));
        }
    }

    @Override
    public void close() {
        direct.close();
    }
}
