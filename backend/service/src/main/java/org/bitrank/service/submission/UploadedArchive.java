package org.bitrank.service.submission;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/**
 * Unpacks what strangers send. Entries may only become plain files inside the target; what would unpack to far more than was
 * sent, or could run code when loaded, is refused.
 */
final class UploadedArchive {
    private static final int MOST_FILES = 10_000;
    /** Weights hardly compress: twenty times is no checkpoint. */
    private static final long MOST_EXPANSION = 20;
    private static final long ALWAYS_ALLOWED = 64L << 20;
    private static final List<String> PICKLES = List.of(".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib");

    private final Path archive;
    private final String name;
    private final Path target;
    private long left;
    private int files;

    private UploadedArchive(Path archive, String name, Path target) throws IOException {
        this.archive = archive;
        this.name = name;
        this.target = target.toAbsolutePath().normalize();
        left = Math.max(ALWAYS_ALLOWED, MOST_EXPANSION * Files.size(archive));
    }

    /**
     * @param name what the sender called it, which says what it is
     * @return the folder that holds the checkpoint, as {@link ModelFolder} finds it
     */
    static Path unpack(Path archive, String name, Path target) {
        try {
            Files.createDirectories(target);
            return new UploadedArchive(archive, name, target).unpack();
        } catch (ArchiveException | ZipException | EOFException | IllegalArgumentException e) {
            throw BitRankException.badInput("'" + name + "' is damaged or no archive of its kind: " + e.getMessage(), e);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("No space left") || message.contains("quota")) {
                throw new BitRankException(FailureClass.INFRASTRUCTURE,
                        "no room for '" + name + "' under " + target + ": the operator must make room", e);
            }
            throw BitRankException.badInput("'" + name + "' cannot be unpacked: " + message, e);
        }
    }

    private Path unpack() throws IOException {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".gguf")) {
            Files.copy(archive, target.resolve("model.gguf"));
            return target;
        }
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(archive), 1 << 20)) {
            if (lower.endsWith(".tar.gz") || lower.endsWith(".tgz")) {
                entries(new TarArchiveInputStream(GzipCompressorInputStream.builder()
                        .setInputStream(raw)
                        .setDecompressConcatenated(true)
                        .get()));
            } else if (lower.endsWith(".tar")) {
                entries(new TarArchiveInputStream(raw));
            } else if (lower.endsWith(".zip")) {
                zipEntries();
            } else {
                throw BitRankException.badInput("'" + name + "' is no archive that is read here; send a .tar, .tar.gz, .zip or .gguf file");
            }
        }
        if (files == 0) {
            throw BitRankException.badInput("'" + name + "' holds no files");
        }
        return ModelFolder.in(target, name);
    }

    private void entries(TarArchiveInputStream archive) throws IOException {
        for (ArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
            put(entry, archive.canReadEntryData(entry), path -> copy(archive, path));
        }
    }

    /** By the directory at the archive's end: what kind of file an entry is stands nowhere else. */
    private void zipEntries() throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
                put(entry, zip.canReadEntryData(entry), path -> {
                    try (InputStream input = zip.getInputStream(entry)) {
                        copy(input, path);
                    }
                });
            }
        }
    }

    private interface Content {
        void copyTo(Path path) throws IOException;
    }

    private void put(ArchiveEntry entry, boolean readable, Content content) throws IOException {
        Path path = inside(entry.getName());
        if (isLitter(path)) {
            return;
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        if (!plain(entry) || !readable) {
            throw BitRankException.badInput("'" + name + "': " + entry.getName() + " is no plain file (links, devices and encrypted entries are refused)");
        }
        refusePickle(entry.getName());
        if (++files > MOST_FILES) {
            throw BitRankException.badInput("'" + name + "' holds more than " + MOST_FILES + " files");
        }
        if (Files.exists(path)) {
            throw BitRankException.badInput("'" + name + "': " + entry.getName() + " is there twice; pack the model again");
        }
        Files.createDirectories(path.getParent());
        content.copyTo(path);
    }

    /** What macOS packs along: its folder views, and files' attributes as files beside them. */
    private boolean isLitter(Path path) {
        for (Path part : target.relativize(path)) {
            String called = part.toString();
            if (called.equals("__MACOSX") || called.equals(".DS_Store") || called.startsWith("._")) {
                return true;
            }
        }
        return false;
    }

    private Path inside(String entry) {
        try {
            Path path = target.resolve(entry).normalize();
            if (entry.indexOf('\\') < 0 && !Path.of(entry).isAbsolute() && path.startsWith(target)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // Refused like the others.
        }
        throw BitRankException.badInput("'" + name + "': the entry '" + entry + "' leads out of the archive");
    }

    private static boolean plain(ArchiveEntry entry) {
        return switch (entry) {
            case TarArchiveEntry tar -> tar.isFile() && !tar.isLink() && !tar.isSymbolicLink() && !tar.isSparse()
                    && !tar.isFIFO() && !tar.isCharacterDevice() && !tar.isBlockDevice();
            // The mode is 0 where another system than Unix packed it.
            case ZipArchiveEntry zip -> (zip.getUnixMode() & UnixStat.FILE_TYPE_FLAG) == 0 || (zip.getUnixMode() & UnixStat.FILE_TYPE_FLAG) == UnixStat.FILE_FLAG;
            default -> false;
        };
    }

    private void refusePickle(String entry) {
        String lower = entry.toLowerCase(Locale.ROOT);
        for (String ending : PICKLES) {
            if (lower.endsWith(ending)) {
                throw BitRankException.badInput("'" + name + "': " + entry + " may be a pickle, which can run code when it is read; save the weights as safetensors");
            }
        }
    }

    private void copy(InputStream input, Path path) throws IOException {
        var buffer = new byte[1 << 20];
        try (OutputStream output = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW)) {
            for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
                left -= read;
                if (left < 0) {
                    throw BitRankException.badInput("'" + name + "' unpacks to more than " + MOST_EXPANSION + " times its size");
                }
                output.write(buffer, 0, read);
            }
        }
    }
}
