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
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our kernels as machine code for one kind of GPU, compiled once and kept in the user's cache folder. */
final class KernelCache {
    private static final Logger LOG = LoggerFactory.getLogger(KernelCache.class);

    /** One program to NVRTC: it needs no include path, and kernels of one file may use what an earlier one defines. */
    private static final List<String> SOURCES = List.of("numbers.cuh", "rows.cu", "norms.cu", "elementwise.cu", "attention.cu", "head.cu",
            "rounding.cu", "calibration.cu");

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
        byte[] code = new Nvrtc().compile(source, "bitrank.cu", architecture);
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

    /** All files one after the other, each marked so that NVRTC's messages name it and its lines. */
    static String source() {
        var program = new StringBuilder();
        for (String file : SOURCES) {
            try (InputStream stream = KernelCache.class.getResourceAsStream("/cuda/" + file)) {
                program.append("#line 1 \"").append(file).append("\"\n").append(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return program.toString();
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
