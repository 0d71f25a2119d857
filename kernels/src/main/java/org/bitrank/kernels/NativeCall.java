package org.bitrank.kernels;

/** Calls through the JDK's foreign functions. */
public final class NativeCall {
    private NativeCall() {}

    /**
     * What to throw for a failure of {@link java.lang.invoke.MethodHandle#invokeExact}, which declares every {@link Throwable}: the
     * failure itself where it is unchecked.
     */
    public static RuntimeException failed(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException runtime ? runtime : new IllegalStateException(failure);
    }
}
