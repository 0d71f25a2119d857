package org.bitrank.engine.hub;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Texts as parts of an address. */
final class Addresses {
    private Addresses() {}

    /** As one part: slashes are part of it. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String encodedPath(String path) {
        return encoded(path).replace("%2F", "/");
    }
}
