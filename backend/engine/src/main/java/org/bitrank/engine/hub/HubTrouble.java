package org.bitrank.engine.hub;

/** Tells failures of the hub itself, or of the way to it, from those of who asked and of this machine. */
public final class HubTrouble {
    private HubTrouble() {}

    /** Whether it failed because the hub gave no answer, or none that a hub gives: asking again later may help. */
    public static boolean isCauseOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HubUnreachable) {
                return true;
            }
        }
        return false;
    }
}
