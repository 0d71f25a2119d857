package org.bitrank.engine.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bitrank.kernels.BitRankException;

/**
 * Where the hub and its cache are, under the names that the hub's Python tools read too.
 *
 * @param endpoint address of the hub, without a slash at its end
 * @param cache folder of {@code models--owner--name} and {@code datasets--owner--name}
 * @param token sent to the endpoint and to nobody else
 * @param offline never ask the hub
 * @param attempts tries in a row that bring nothing before giving up
 * @param pause before the second try; it doubles with each further one
 * @param silence how long the hub may send nothing before the connection counts as broken
 */
public record HubSettings(
        URI endpoint, Path cache, Optional<String> token, boolean offline, int attempts, Duration pause, Duration silence) {
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
    private static final int ATTEMPTS = 5;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final Duration HASTY = Duration.ofSeconds(10);

    /** From the environment; a Java system property of the same name comes first. */
    public static HubSettings usual() {
        return of(name -> {
            String property = System.getProperty(name);
            return property != null ? property : System.getenv(name);
        }, Path.of(System.getProperty("user.home")));
    }

    /** @param setting the value of a name such as {@code HF_HOME}, or null */
    static HubSettings of(UnaryOperator<String> setting, Path userHome) {
        UnaryOperator<String> told = name -> {
            String value = setting.apply(name);
            return value == null || value.isBlank() ? null : value.strip();
        };
        String home = told.apply("HF_HOME");
        String caches = told.apply("XDG_CACHE_HOME");
        Path base = home != null
                ? path(home, userHome)
                : (caches == null ? userHome.resolve(".cache") : path(caches, userHome)).resolve("huggingface");
        String cache = first(told, "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE");
        String tokenFile = told.apply("HF_TOKEN_PATH");
        return new HubSettings(
                endpoint(told.apply("HF_ENDPOINT")),
                cache == null ? base.resolve("hub") : path(cache, userHome),
                token(first(told, "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"), tokenFile == null ? base.resolve("token") : path(tokenFile, userHome)),
                isTrue(first(told, "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")),
                ATTEMPTS, PAUSE, SILENCE);
    }

    /** For a person who waits at a form: fewer tries. */
    public HubSettings hasty() {
        return new HubSettings(endpoint, cache, token, offline, Math.min(attempts, 2), pause, silence.compareTo(HASTY) < 0 ? silence : HASTY);
    }

    private static String first(UnaryOperator<String> told, String name, String olderName) {
        String value = told.apply(name);
        return value != null ? value : told.apply(olderName);
    }

    private static boolean isTrue(String value) {
        return value != null && TRUE.contains(value.toUpperCase(Locale.ROOT));
    }

    private static Path path(String text, Path userHome) {
        return text.equals("~") || text.startsWith("~/") ? userHome.resolve(text.substring(Math.min(2, text.length()))) : Path.of(text);
    }

    private static URI endpoint(String told) {
        String text = told == null ? "https://huggingface.co" : told.replaceAll("/+$", "");
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && Set.of("http", "https").contains(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT))) {
                return uri;
            }
        } catch (IllegalArgumentException noAddress) {
            // Told below, as for an address of another kind.
        }
        throw BitRankException.badInput("HF_ENDPOINT is '" + told + "', which is no address of a hub; write one such as https://huggingface.co");
    }

    private static Optional<String> token(String told, Path file) {
        if (told != null) {
            return Optional.of(told);
        }
        try {
            return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
