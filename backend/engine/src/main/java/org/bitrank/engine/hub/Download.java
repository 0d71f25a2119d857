package org.bitrank.engine.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file on its way to the disk. It goes on behind what is there, from an earlier process or from before the connection
 * broke, and ends when the bytes are those that the hub lists.
 */
final class Download implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Download.class);
    private static final int BUFFER = 1 << 20;

    private final HubTransport transport;
    private final HubSettings settings;
    private final HubListing listing;
    private final HubFile file;
    private final Path partial;
    private final Meter meter;
    private final ContentDigest digest;
    private final FileChannel channel;
    private long have;

    private Download(HubTransport transport, HubSettings settings, HubListing listing, HubFile file, Path partial, Meter meter, FileChannel channel) {
        this.transport = transport;
        this.settings = settings;
        this.listing = listing;
        this.file = file;
        this.partial = partial;
        this.meter = meter;
        this.channel = channel;
        this.digest = new ContentDigest(file);
    }

    /** Leaves the whole file at {@code partial}. Throws {@link HubUnreachable} when it does not come. */
    static void run(HubTransport transport, HubSettings settings, HubListing listing, HubFile file, Path partial, Meter meter) {
        try {
            Files.createDirectories(partial.getParent());
            var channel = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try (var download = new Download(transport, settings, listing, file, partial, meter, channel)) {
                download.complete();
            }
        } catch (IOException failure) {
            throw CacheFailure.of(partial, failure);
        }
    }

    private void complete() throws IOException {
        takeUp();
        Retries retries = transport.retries();
        long furthest = have;
        boolean damagedBefore = false;
        while (!isWhole()) {
            if (have >= file.size()) {
                if (damagedBefore) {
                    Files.deleteIfExists(partial);
                    throw new BitRankException(FailureClass.INFRASTRUCTURE,
                            "%s of %s came twice with other bytes than the hub lists; check whether a proxy changes them, then run it again"
                                    .formatted(file.path(), listing.address().id()));
                }
                log.warn("{} of {} is damaged and is fetched again", file.path(), listing.address().id());
                damagedBefore = true;
                startAnew();
            }
            String ended = "the connection to the hub " + settings.endpoint() + " ends too early";
            Throwable cause = null;
            try (Reply reply = transport.send(uri(), have, meter.progress())) {
                if (!accept(reply)) {
                    transport.again(reply, listing.address(), file.path(), retries, meter.progress());
                    continue;
                }
                receive(reply.body());
            } catch (DiskFailure failure) {
                throw failure.cause;
            } catch (IOException broken) {
                ended = transport.unreachable(broken);
                cause = broken;
            }
            if (have > furthest) {
                furthest = have;
                retries.succeeded();
            }
            if (have < file.size()) {
                retries.failed(ended, null, cause, meter.progress());
            }
        }
        channel.force(true);
    }

    /** What an earlier attempt left is believed only as part of a file whose checksum is right in the end. */
    private void takeUp() throws IOException {
        long there = channel.size();
        if (there > file.size()) {
            channel.truncate(0);
            there = 0;
        }
        var buffer = ByteBuffer.allocate(BUFFER);
        while (have < there && channel.read(buffer, have) > 0) {
            buffer.flip();
            have += buffer.remaining();
            digest.update(buffer);
            buffer.clear();
        }
        meter.add(have);
    }

    private boolean isWhole() {
        return have == file.size() && digest.matches();
    }

    private void startAnew() throws IOException {
        meter.add(-have);
        channel.truncate(0);
        digest.reset();
        have = 0;
    }

    /** Whether the body is wanted; it then starts at {@link #have}. */
    private boolean accept(Reply reply) throws IOException {
        switch (reply.status()) {
            case 200 -> {
                startAnew();
                return true;
            }
            case 206 -> {
                String range = reply.headers().firstValue("content-range").orElse("");
                if (!range.startsWith("bytes " + have + "-")) {
                    startAnew();
                    throw new IOException("it sends '" + range + "' where another range was asked for");
                }
                return true;
            }
            case 416 -> {
                startAnew();
                throw new IOException("it refuses the range that was asked for");
            }
            default -> {
                return false;
            }
        }
    }

    private void receive(Body body) throws IOException {
        List<ByteBuffer> piece = body.next(settings.silence(), meter.progress());
        while (piece != null && have <= file.size()) {
            for (ByteBuffer buffer : piece) {
                digest.update(buffer.duplicate());
                write(buffer);
            }
            piece = have >= file.size() ? null : body.next(settings.silence(), meter.progress());
        }
    }

    /** Keeps failures of the disk apart from those of the network, which look the same. */
    private static final class DiskFailure extends IOException {
        private final BitRankException cause;

        DiskFailure(BitRankException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    private void write(ByteBuffer buffer) throws DiskFailure {
        try {
            while (buffer.hasRemaining()) {
                int written = channel.write(buffer, have);
                have += written;
                meter.add(written);
            }
        } catch (IOException failure) {
            throw new DiskFailure(CacheFailure.of(partial, failure));
        }
    }

    private URI uri() {
        HubAddress address = listing.address();
        return URI.create(settings.endpoint() + "/" + address.kind().prefix() + address.id() + "/resolve/" + listing.commit() + "/"
                + Addresses.encodedPath(file.path()));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
