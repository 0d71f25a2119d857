package org.bitrank.engine.hub;

/** The hub gave no answer, or none that is of use, however often it was asked; what the cache holds may do instead. */
final class HubUnreachable extends RuntimeException {
    HubUnreachable(String message, Throwable cause) {
        super(message, cause);
    }
}
