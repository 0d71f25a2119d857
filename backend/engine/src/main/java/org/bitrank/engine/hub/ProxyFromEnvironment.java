package org.bitrank.engine.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}, which Java does not read by itself; then Java's own properties. */
final class ProxyFromEnvironment extends ProxySelector {
    private final UnaryOperator<String> environment;

    ProxyFromEnvironment(UnaryOperator<String> environment) {
        this.environment = environment;
    }

    @Override
    public List<Proxy> select(URI uri) {
        String told = told(uri.getScheme() + "_proxy");
        if (told == null || isExcepted(uri.getHost())) {
            ProxySelector usual = ProxySelector.getDefault();
            return told != null || usual == null ? List.of(Proxy.NO_PROXY) : usual.select(uri);
        }
        URI proxy = URI.create(told.contains("://") ? told : "http://" + told);
        int port = proxy.getPort() >= 0 ? proxy.getPort() : 80;
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
    }

    private boolean isExcepted(String host) {
        String excepted = told("no_proxy");
        if (excepted == null) {
            return false;
        }
        for (String name : excepted.split(",")) {
            String suffix = name.strip().replaceFirst("^\\*?\\.", "");
            if (name.strip().equals("*") || !suffix.isEmpty() && (host.equalsIgnoreCase(suffix) || host.toLowerCase(Locale.ROOT).endsWith("." + suffix.toLowerCase(Locale.ROOT)))) {
                return true;
            }
        }
        return false;
    }

    private String told(String name) {
        String value = environment.apply(name.toLowerCase(Locale.ROOT));
        String told = value == null || value.isBlank() ? environment.apply(name.toUpperCase(Locale.ROOT)) : value;
        return told == null || told.isBlank() ? null : told.strip();
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // The request fails and is told of there.
    }
}
