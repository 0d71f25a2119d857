package org.bitrank.engine.model;

import java.util.Arrays;
import java.util.Collection;

/** Closes what holds device memory, of which some may not have been reached yet. */
final class Resources {
    private Resources() {}

    /** Closes each, also behind one that fails; what it then throws has the failures behind the first as suppressed ones. */
    static void close(AutoCloseable... resources) {
        close(Arrays.asList(resources));
    }

    static void close(Collection<? extends AutoCloseable> resources) {
        RuntimeException first = null;
        for (AutoCloseable resource : resources) {
            RuntimeException failure = failure(resource);
            if (first == null) {
                first = failure;
            } else if (failure != null && failure != first) {
                first.addSuppressed(failure);
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Several as one. */
    static AutoCloseable all(Collection<? extends AutoCloseable> resources) {
        return () -> close(resources);
    }

    static AutoCloseable all(AutoCloseable[] resources) {
        return all(Arrays.asList(resources));
    }

    private static RuntimeException failure(AutoCloseable resource) {
        if (resource == null) {
            return null;
        }
        try {
            resource.close();
            return null;
        } catch (RuntimeException failure) {
            return failure;
        } catch (Exception impossible) {
            return new IllegalStateException(impossible);
        }
    }
}
