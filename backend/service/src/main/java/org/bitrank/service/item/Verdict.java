package org.bitrank.service.item;

/** What the task's headline metric says of one answer. */
public enum Verdict {
    RIGHT,
    WRONG,
    /** The metric is no yes or no: a likelihood, a share. */
    NONE
}
