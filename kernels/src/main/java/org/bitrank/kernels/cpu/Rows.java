package org.bitrank.kernels.cpu;

/** Who does the rows of an operation; none depends on another. */
interface Rows {
    /** One row. */
    interface Work {
        void run(int row);
    }

    /** Runs {@code work} for rows {@code 0 .. rows - 1} and returns when all are done. */
    void run(long rows, long elementsPerRow, Work work);

    /** Row after row. */
    static Rows serial() {
        return (rows, elements, work) -> {
            for (int row = 0; row < rows; row++) {
                work.run(row);
            }
        };
    }

    /** All threads, in tasks that are long enough to be worth one. */
    static Rows sharedOut(Workers workers) {
        // Elements below which a loop is not worth a second thread.
        long least = 1 << 14;
        return (rows, elements, work) -> {
            long perTask = Math.max(1, least / Math.max(1, elements));
            workers.run((int) ((rows + perTask - 1) / perTask), (task, worker) -> {
                int end = (int) Math.min(rows, (task + 1) * perTask);
                for (int row = (int) (task * perTask); row < end; row++) {
                    work.run(row);
                }
            });
        };
    }
}
