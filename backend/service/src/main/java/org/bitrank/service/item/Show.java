package org.bitrank.service.item;

import java.util.Locale;
import java.util.Optional;

/** Kinds of items by what became of them. Where a task has no right and wrong, none is flipped, right or wrong. */
public enum Show {
    ALL,
    /** Right with one of row and base and wrong with the other. */
    FLIPPED,
    /** Right with the base, wrong with the row. */
    LOST,
    /** Wrong with the base, right with the row. */
    GAINED,
    WRONG,
    RIGHT,
    /** The row's answer says nothing, whatever was asked. Tasks without right and wrong have these too. */
    DEGENERATE;

    /** The name in addresses. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Show> ofLabel(String label) {
        for (Show show : values()) {
            if (show.label().equals(label)) {
                return Optional.of(show);
            }
        }
        return Optional.empty();
    }

    /** @param base null without a base's record of the item */
    boolean lets(RecordsIndex.Entry entry, Verdict base) {
        boolean right = entry.verdict() == Verdict.RIGHT;
        boolean wrong = entry.verdict() == Verdict.WRONG;
        return switch (this) {
            case ALL -> true;
            case RIGHT -> right;
            case WRONG -> wrong;
            case DEGENERATE -> entry.fault() != null;
            case LOST -> wrong && base == Verdict.RIGHT;
            case GAINED -> right && base == Verdict.WRONG;
            case FLIPPED -> wrong && base == Verdict.RIGHT || right && base == Verdict.WRONG;
        };
    }
}
