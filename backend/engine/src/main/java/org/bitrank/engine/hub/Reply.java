package org.bitrank.engine.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitrank.engine.Progress;

/** A response whose body has not been read. */
record Reply(URI uri, int status, HttpHeaders headers, Body body) implements AutoCloseable {
    private static final long LARGEST_TEXT = 64 << 20;
    /** {@code "api";r=0;t=55}: requests left, seconds until there are more. */
    private static final Pattern RATE_LIMIT = Pattern.compile("r=(\\d+);t=(\\d+)");

    boolean isRedirect() {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> headers.firstValue("location").isPresent();
            default -> false;
        };
    }

    /** Whether the same request may do better in a while. */
    boolean isTransient() {
        return switch (status) {
            case 408, 429, 500, 502, 503, 504 -> true;
            default -> false;
        };
    }

    /** How long the hub asks to wait; null where it does not say. */
    Duration wait(Instant now) {
        String after = headers.firstValue("retry-after").orElse("").strip();
        if (after.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(after));
        }
        Matcher limit = RATE_LIMIT.matcher(headers.firstValue("ratelimit").orElse(""));
        if (after.isEmpty() && limit.find() && limit.group(1).matches("0+") && limit.group(2).length() < 10) {
            return Duration.ofSeconds(Long.parseLong(limit.group(2)));
        }
        try {
            Duration wait = Duration.between(now, ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException unreadable) {
            return null;
        }
    }

    /** The whole body, which is text of an interface and so never large. */
    byte[] bytes(Duration silence, Progress progress) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (List<ByteBuffer> piece = body.next(silence, progress); piece != null; piece = body.next(silence, progress)) {
            for (ByteBuffer buffer : piece) {
                var part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.writeBytes(part);
            }
            if (bytes.size() > LARGEST_TEXT) {
                throw new IOException("the answer of " + uri + " has no end");
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        body.close();
    }
}
