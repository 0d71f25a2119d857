package org.bitrank.engine.model;

/**
 * A yes or no that a family fixes, or leaves to a key of the config.
 *
 * @param otherwise the answer where there is no key, or where the config does not mention it
 * @param key null where it is fixed
 */
record Choice(boolean otherwise, String key) {
    static final Choice NEVER = new Choice(false, null);
    static final Choice ALWAYS = new Choice(true, null);

    /** No, unless the key says yes. */
    static Choice of(String key) {
        return new Choice(false, key);
    }

    /** Yes, unless the key says no. */
    static Choice unless(String key) {
        return new Choice(true, key);
    }

    boolean in(ConfigFields config) {
        return key == null ? otherwise : config.flag(key, otherwise);
    }
}
