package org.bitrank.service.settings;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The one data source: PostgreSQL where a URL names it, else an H2 file under the home directory. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {
    @Bean
    HikariDataSource dataSource(ServiceSettings settings) {
        var configuration = new HikariConfig();
        String url = settings.database().url();
        if (url.isBlank()) {
            embedded(settings, configuration);
        } else if (url.startsWith("jdbc:")) {
            configuration.setJdbcUrl(url);
        } else if (url.startsWith("postgresql://") || url.startsWith("postgres://")) {
            postgres(URI.create(url), configuration);
        } else {
            throw BitRankException.badInput("database URL '" + url.replaceAll("//.*@", "//…@")
                    + "' starts neither with jdbc: nor with postgresql://; write postgresql://user:password@host:port/name");
        }
        if (!settings.database().username().isBlank()) {
            configuration.setUsername(settings.database().username());
            configuration.setPassword(settings.database().password());
        }
        configuration.setMaximumPoolSize(8);
        return new HikariDataSource(configuration);
    }

    private static void embedded(ServiceSettings settings, HikariConfig configuration) {
        try {
            Files.createDirectories(settings.home());
        } catch (IOException e) {
            throw new BitRankException(FailureClass.INFRASTRUCTURE,
                    "cannot create the home directory %s (%s); name a folder that this user may write with --home or BITRANK_HOME".formatted(settings.home(),
                            e instanceof FileAlreadyExistsException exists ? exists.getFile() + " is a file" : e instanceof AccessDeniedException ? "no permission" : e.getMessage()), e);
        }
        // A commit is on the disk when it returns: a killed process loses nothing that somebody was told. Spring closes the
        // database last, after the worker has given its run back.
        configuration.setJdbcUrl("jdbc:h2:file:" + settings.home().toAbsolutePath().resolve("database").resolve("bitrank")
                // What fails is told by whoever asked; a trace file would take room where there is none.
                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0");
        configuration.setExceptionOverride(new EmbeddedDatabase());
        configuration.setConnectionTimeout(10_000);
        configuration.setUsername("sa");
        configuration.setPassword("");
    }

    private static void postgres(URI uri, HikariConfig configuration) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        configuration.setJdbcUrl("jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query);
        String user = uri.getRawUserInfo();
        if (user != null) {
            int colon = user.indexOf(':');
            configuration.setUsername(decode(colon < 0 ? user : user.substring(0, colon)));
            configuration.setPassword(colon < 0 ? "" : decode(user.substring(colon + 1)));
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
