package org.bitrank.engine.template;

/**
 * The value of a name that has none.
 *
 * @param strict any use but asking whether it is defined is an error
 */
record Undefined(String what, boolean strict) {
    static final Undefined MISSING = new Undefined("missing", true);

    TemplateException error() {
        return new TemplateException(what + " is undefined");
    }

    void checkUse() {
        if (strict) {
            throw error();
        }
    }
}
