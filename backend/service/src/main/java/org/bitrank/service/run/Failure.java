package org.bitrank.service.run;

import org.bitrank.kernels.FailureClass;

/**
 * Why a run ended without a row, and what now.
 *
 * @param message one line: what is wrong and where
 * @param whoMustAct {@code submitter}, {@code operator} or {@code nobody}
 * @param next what that person does
 */
public record Failure(FailureClass failureClass, String message, String whoMustAct, String next) {
    public static Failure of(FailureClass failureClass, String message) {
        return switch (failureClass) {
            case USAGE, BAD_INPUT -> new Failure(failureClass, message, "submitter",
                    "Correct the recipe or the checkpoint and submit again.");
            case UNSUPPORTED -> new Failure(failureClass, message, "submitter",
                    "Choose a model, method or format that the catalogue lists.");
            case NUMERICAL -> new Failure(failureClass, message, "submitter",
                    "Change the options (more damping, more calibration data, more bits) and submit again.");
            case DATA_MISSING -> new Failure(failureClass, message, "operator",
                    "Provide the missing files on every worker, then submit again.");
            case OUT_OF_MEMORY -> new Failure(failureClass, message, "operator",
                    "Start a worker with more memory, then submit again.");
            case INFRASTRUCTURE -> new Failure(failureClass, message, "operator",
                    "Look at the worker and its disk; the same submission may be sent again as it is.");
            case UNEXPECTED -> new Failure(failureClass, message, "operator",
                    "This is a defect of BitRank: report it with the log.");
            case CANCELLED -> new Failure(failureClass, message, "nobody", "It was cancelled; submit again at will.");
        };
    }
}
