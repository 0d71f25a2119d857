package org.bitrank.web.errors;

/** What the address names is not there. */
public final class MissingPage extends RuntimeException {
    public MissingPage(String message) {
        super(message);
    }
}
