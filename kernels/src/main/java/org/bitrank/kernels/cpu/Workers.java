package org.bitrank.kernels.cpu;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that share out one operation's tiles; the caller is one of them.
 *
 * <p>A forward pass is thousands of short operations, so a thread that ran out of tiles looks for the next operation for
 * a moment before it sleeps. Which thread takes which tile is left open: tiles never depend on it.
 */
final class Workers implements AutoCloseable {
    /** One tile of an operation; {@code worker} numbers the thread, for its scratch memory. */
    interface Tile {
        void run(int tile, int worker);
    }

    private static final int SPINS = 10_000;

    private static final ThreadLocal<Boolean> SINGLE_THREADED_DNNL = ThreadLocal.withInitial(() -> {
        Dnnl.useOneThread();
        return true;
    });

    private static final class Job {
        final Tile work;
        final int tiles;
        final AtomicInteger next = new AtomicInteger();
        final AtomicInteger unfinished;
        final AtomicReference<Throwable> failure = new AtomicReference<>();

        Job(Tile work, int tiles) {
            this.work = work;
            this.tiles = tiles;
            this.unfinished = new AtomicInteger(tiles);
        }

        void help(int worker) {
            for (int tile = next.getAndIncrement(); tile < tiles; tile = next.getAndIncrement()) {
                try {
                    if (failure.get() == null) {
                        work.run(tile, worker);
                    }
                } catch (Throwable thrown) {
                    failure.compareAndSet(null, thrown);
                } finally {
                    unfinished.decrementAndGet();
                }
            }
        }
    }

    private final Thread[] threads;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Job current;
    private volatile boolean closed;

    Workers(int count) {
        threads = new Thread[count - 1];
        for (int i = 0; i < threads.length; i++) {
            int index = i;
            threads[i] = Thread.ofPlatform().daemon().name("bitrank-kernel-" + (i + 1)).start(() -> serve(index));
        }
    }

    int count() {
        return threads.length + 1;
    }

    /**
     * Runs tiles {@code 0 .. tiles - 1} and returns when all are done. The scratch memory behind a worker's number would
     * be shared by two callers, so a second one at the same time is refused.
     */
    void run(int tiles, Tile work) {
        if (!busy.compareAndSet(false, true)) {
            throw new IllegalStateException("a back end serves one thread at a time; open one for each");
        }
        try {
            SINGLE_THREADED_DNNL.get();
            share(tiles, work);
        } finally {
            busy.set(false);
        }
    }

    private void share(int tiles, Tile work) {
        if (tiles <= 1 || threads.length == 0) {
            for (int tile = 0; tile < tiles; tile++) {
                work.run(tile, 0);
            }
            return;
        }
        Job job = new Job(work, tiles);
        current = job;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
        job.help(0);
        for (int spins = 0; job.unfinished.get() > 0; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                // Somebody else's program may have the processor that the last tile needs.
                Thread.yield();
            }
        }
        current = null;
        Throwable failure = job.failure.get();
        if (failure instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }

    private void serve(int index) {
        SINGLE_THREADED_DNNL.get();
        Job seen = null;
        int spins = 0;
        while (!closed) {
            Job job = current;
            if (job != null && job != seen) {
                seen = job;
                spins = 0;
                job.help(index + 1);
            } else if (spins++ < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
                spins = 0;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
    }
}
