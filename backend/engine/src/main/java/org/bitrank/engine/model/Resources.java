package org.bitrank.engine.model;

/** Closes what holds device memory, of which some may not have been reached yet. */
final class Resources {
    private Resources() {}

    static void close(AutoCloseable... resources) {
        for (AutoCloseable resource : resources) {
            if (resource != null) {
                try {
                    resource.close();
                } catch (RuntimeException failure) {
                    throw failure;
                } catch (Exception impossible) {
                    throw new IllegalStateException(impossible);
                }
            }
        }
    }
}
