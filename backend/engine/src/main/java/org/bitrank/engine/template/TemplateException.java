package org.bitrank.engine.template;

/** A template that cannot be read, or refuses what it was given ({@code raise_exception}). */
public final class TemplateException extends RuntimeException {
    public TemplateException(String message) {
        super(message);
    }
}
