package org.bitrank.service.run;

import java.util.Locale;

/** The life of a run: waiting, running, then one of the last three for good. */
public enum RunState {
    WAITING,
    RUNNING,
    FINISHED,
    FAILED,
    CANCELLED;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean over() {
        return this == FINISHED || this == FAILED || this == CANCELLED;
    }
}
