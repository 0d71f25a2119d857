package org.bitrank.kernels;

/**
 * A failure that somebody can act on. The message is one line: what is wrong, where, and what to do; it is shown as it
 * stands on the command line and on web pages.
 */
public final class BitRankException extends RuntimeException {
    private final FailureClass failureClass;

    public BitRankException(FailureClass failureClass, String message) {
        this(failureClass, message, null);
    }

    public BitRankException(FailureClass failureClass, String message, Throwable cause) {
        super(message, cause);
        this.failureClass = failureClass;
    }

    public FailureClass failureClass() {
        return failureClass;
    }

    public static BitRankException badInput(String message) {
        return new BitRankException(FailureClass.BAD_INPUT, message);
    }

    public static BitRankException badInput(String message, Throwable cause) {
        return new BitRankException(FailureClass.BAD_INPUT, message, cause);
    }

    public static BitRankException unsupported(String message) {
        return new BitRankException(FailureClass.UNSUPPORTED, message);
    }

    public static BitRankException numerical(String message) {
        return new BitRankException(FailureClass.NUMERICAL, message);
    }

    public static BitRankException dataMissing(String message) {
        return new BitRankException(FailureClass.DATA_MISSING, message);
    }
}
