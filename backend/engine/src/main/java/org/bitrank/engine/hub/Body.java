package org.bitrank.engine.hub;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bitrank.engine.Progress;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/** The body of a response, piece by piece. Unlike a stream it can be given up while nothing comes. */
final class Body implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
    private static final long LOOK_MILLIS = 200;

    /** What came: buffers, or the end, with a failure or without. */
    private record Signal(List<ByteBuffer> buffers, Throwable failure) {}

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private volatile Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        signals.add(new Signal(buffers, null));
    }

    @Override
    public void onError(Throwable failure) {
        signals.add(new Signal(null, failure));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal(null, null));
    }

    /**
     * The next piece, or null at the end. Throws {@link IOException} where the connection broke or was silent for too long.
     */
    List<ByteBuffer> next(Duration silence, Progress progress) throws IOException {
        long deadline = System.nanoTime() + silence.toNanos();
        try {
            while (true) {
                progress.checkCancelled();
                Signal signal = signals.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (signal == null) {
                    if (System.nanoTime() > deadline) {
                        throw new HttpTimeoutException("nothing came for " + silence.toSeconds() + " s");
                    }
                } else if (signal.buffers != null) {
                    subscription.request(1);
                    return signal.buffers;
                } else if (signal.failure == null) {
                    return null;
                } else {
                    throw new IOException(signal.failure.getMessage(), signal.failure);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BitRankException(FailureClass.CANCELLED, "cancelled", interrupted);
        }
    }

    /** Whatever has not come yet is not wanted. */
    @Override
    public void close() {
        if (subscription != null) {
            subscription.cancel();
        }
    }
}
