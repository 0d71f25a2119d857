package org.bitrank.web.guard;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names a request may call this server by. A page of a stranger can have its own domain name point to 127.0.0.1
 * (rebinding) and then counts as the same origin; its name in the Host header gives it away. An address in digits can't be
 * rebound, so that servers opened to other machines answer to those too.
 */
final class HostNames {
    private static final Pattern DIGITS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.%]+]");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> further;
    private final boolean remote;

    HostNames(Collection<String> further, boolean remote) {
        this.further = further.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        this.remote = remote;
    }

    /** @param host the Host header, with or without a port */
    boolean allow(String host) {
        if (host == null) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
        return LOOPBACK.contains(name) || further.contains(name) || remote && DIGITS.matcher(name).matches();
    }
}
