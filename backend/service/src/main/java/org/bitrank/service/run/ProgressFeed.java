package org.bitrank.service.run;

import java.util.function.Consumer;

/** Tells of every change in the queue within about a second, whichever process works. */
public interface ProgressFeed {
    /** The listener gets the queue as it is now, then again after each change. It is called from one thread and must be quick. */
    Subscription subscribe(Consumer<QueueView> listener);

    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
