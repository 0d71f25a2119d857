package org.bitrank.engine.evaluate;

import java.util.Locale;

/** What is wrong with an answer, whatever it was to say. */
public enum AnswerFault {
    /** White space alone, or nothing. */
    EMPTY,
    /** One piece over and over to its end; see {@link RepeatingText}. */
    REPEATING,
    /** What the model answers to nearly everything. */
    SAME;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
