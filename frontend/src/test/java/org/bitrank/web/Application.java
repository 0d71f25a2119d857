package org.bitrank.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.context.WebApplicationContext;

/** The real application on a free port, with its own home and an embedded database. */
public final class Application implements AutoCloseable {
    private final Path home;
    private final ConfigurableApplicationContext context;

    /** @param worker whether it takes runs; then it also queues the reference suite when {@code suite} says so */
    public Application(boolean worker, boolean suite) {
        try {
            home = Files.createTempDirectory("bitrank-home-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, Object> properties = new LinkedHashMap<>(ServiceSettings.of(home, worker, null).asProperties());
        properties.put("bitrank.reference-suite", suite);
        properties.put("server.port", 0);
        properties.put("server.address", "127.0.0.1");
        var application = new SpringApplication(BitRankApplication.class);
        application.setDefaultProperties(properties);
        application.setLogStartupInfo(false);
        context = application.run();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** For requests without a network in between. */
    public WebApplicationContext web() {
        return (WebApplicationContext) context;
    }

    public String address(String path) {
        return "http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path;
    }

    @Override
    public void close() {
        context.close();
        Leftovers.delete(home);
    }
}
