package org.bitrank.kernels;

/** Why work failed, and so who must act. Every class has one exit code of the command line. */
public enum FailureClass {
    UNEXPECTED(1),
    USAGE(2),
    BAD_INPUT(3),
    DATA_MISSING(3),
    UNSUPPORTED(4),
    OUT_OF_MEMORY(5),
    NUMERICAL(6),
    INFRASTRUCTURE(1),
    CANCELLED(130);

    private final int exitCode;

    FailureClass(int exitCode) {
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
