package org.bitrank.kernels.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our kernels as machine code for one kind of GPU, compiled once and kept in the user's cache folder. */
final class KernelCache {
    private static final Logger LOG = LoggerFactory.getLogger(KernelCache.class);
    private static final String SOURCE = "bitrank.cu";

    private KernelCache() {}

    static byte[] machineCode(int architecture) {
        String source = source();
        Path cached = folder().resolve("sm_" + architecture + "-" + hash(source) + ".cubin");
        try {
            if (Files.exists(cached)) {
                return Files.readAllBytes(cached);
            }
        } catch (IOException unreadable) {
            LOG.warn("{} cannot be read ({}); compiling again", cached, unreadable.toString());
        }
        byte[] code = new Nvrtc().compile(source, SOURCE, architecture);
        try {
            Files.createDirectories(cached.getParent());
            Path whole = Files.createTempFile(cached.getParent(), "kernels", ".cubin");
            Files.write(whole, code);
            Files.move(whole, cached, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            LOG.warn("compiled kernels cannot be kept in {} ({})", cached.getParent(), unwritable.toString());
        }
        return code;
    }

    private static Path folder() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root = cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return root.resolve("bitrank").resolve("cuda");
    }

    private static String source() {
        try (InputStream stream = KernelCache.class.getResourceAsStream("/cuda/" + SOURCE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
