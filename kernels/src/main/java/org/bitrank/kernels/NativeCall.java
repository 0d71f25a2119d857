package org.bitrank.kernels.cpu;

/** Calls through the JDK's foreign functions. */
final class NativeCall {
    private NativeCall() {}

    /**
     * What to throw for a failure of {@link java.lang.invoke.MethodHandle#invokeExact}, which declares every {@link Throwable}: the
     * failure itself where it is unchecked.
     */
    static RuntimeException failed(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException runtime ? runtime : new IllegalStateException(failure);
    }
}
