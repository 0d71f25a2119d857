package org.bitrank.engine.evaluate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.bitrank.engine.checkpoint.StorageFailure;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run has finished, one JSON line a batch with a checksum, on the disk before the next batch starts. The first line
 * says what is run. A line that was being written when the process died is recognised and dropped.
 *
 * @param <T> a record of one batch's results
 */
final class RunLog<T> implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String BEFORE_CHECKSUM = "{\"crc\":\"";
    private static final String AFTER_CHECKSUM = "\",\"entry\":";
    private static final int CHECKSUM_DIGITS = 8;

    private final Path file;
    private final FileChannel channel;
    private final List<T> entries;

    private RunLog(Path file, FileChannel channel, List<T> entries) {
        this.file = file;
        this.channel = channel;
        this.entries = entries;
    }

    /**
     * @param identity names everything that the results depend on; a log of something else is refused
     * @param resume keep what is there; otherwise start anew
     */
    static <T> RunLog<T> open(Path file, String identity, Class<T> type, boolean resume) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                var log = new RunLog<T>(file, channel, new ArrayList<>());
                long whole = resume ? log.readWhole(identity, type) : 0;
                channel.truncate(whole);
                channel.position(whole);
                if (whole == 0) {
                    log.write(JSON.writeValueAsString(identity));
                }
                return log;
            } catch (Throwable failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw StorageFailure.writing(file, failure);
        }
    }

    /** Results of the batches that were finished, in their order. */
    List<T> entries() {
        return entries;
    }

    void append(T entry) {
        try {
            write(JSON.writeValueAsString(entry));
            entries.add(entry);
        } catch (IOException failure) {
            throw StorageFailure.writing(file, failure);
        }
    }

    private void write(String text) throws IOException {
        ByteBuffer line = ByteBuffer.wrap(line(text).getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            channel.write(line);
        }
        channel.force(false);
    }

    /** Reads all lines that are whole; returns where they end. */
    private long readWhole(String identity, Class<T> type) throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException absent) {
            return 0;
        }
        int start = 0;
        for (int end = indexOfNewline(content, start); end >= 0; end = indexOfNewline(content, start)) {
            String entry = entryOf(new String(content, start, end - start, StandardCharsets.UTF_8));
            if (entry == null) {
                break;
            }
            if (start == 0) {
                checkIdentity(identity, entry);
            } else {
                entries.add(JSON.readValue(entry, type));
            }
            start = end + 1;
        }
        return start;
    }

    private void checkIdentity(String identity, String found) {
        if (!identity.equals(JSON.readValue(found, String.class))) {
            throw BitRankException.badInput(file
                    + " belongs to a run of something else (model, base, task, settings or data differ); run without --resume or remove it");
        }
    }

    private static String line(String entry) {
        return BEFORE_CHECKSUM + checksum(entry) + AFTER_CHECKSUM + entry + "}\n";
    }

    /** The entry of a line without its end, or null where the line is torn or damaged. */
    private static String entryOf(String line) {
        int checksumStart = BEFORE_CHECKSUM.length();
        int entryStart = checksumStart + CHECKSUM_DIGITS + AFTER_CHECKSUM.length();
        if (line.length() <= entryStart || !line.startsWith(BEFORE_CHECKSUM) || !line.endsWith("}")) {
            return null;
        }
        String entry = line.substring(entryStart, line.length() - 1);
        return checksum(entry).equals(line.substring(checksumStart, checksumStart + CHECKSUM_DIGITS)) ? entry : null;
    }

    private static String checksum(String text) {
        var checksum = new CRC32();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(checksum.getValue());
    }

    private static int indexOfNewline(byte[] content, int from) {
        for (int i = from; i < content.length; i++) {
            if (content[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw StorageFailure.writing(file, failure);
        }
    }
}
