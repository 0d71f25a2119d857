package org.bitrank.engine.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.bitrank.engine.LockFile;
import org.bitrank.engine.Progress;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a hub what its repositories hold and fetches what is wanted of them. */
public final class Hub {
    private static final Logger log = LoggerFactory.getLogger(Hub.class);

    private final HubSettings settings;
    private final HubTransport transport;
    private final ToLongFunction<Path> freeBytes;

    public Hub(HubSettings settings) {
        this(settings, Hub::freeBytes);
    }

    /** @param freeBytes room on the disk of a folder that exists */
    Hub(HubSettings settings, ToLongFunction<Path> freeBytes) {
        this.settings = settings;
        this.transport = new HubTransport(settings);
        this.freeBytes = freeBytes;
    }

    /** As the environment says. */
    public static Hub usual() {
        return new Hub(HubSettings.usual());
    }

    HubSettings settings() {
        return settings;
    }

    /**
     * What a repository holds at the commit that its revision means now. Without an answer of the hub it is what the revision
     * meant when it was last asked for.
     */
    public HubListing list(HubAddress address, Progress progress) {
        var folder = new RepositoryFolder(settings.cache(), address);
        Optional<HubListing> known = cached(address);
        if (settings.offline()) {
            return known.orElseThrow(() -> BitRankException.dataMissing(
                    "the %s (revision %s) is not in the hub cache %s, and HF_HUB_OFFLINE forbids to fetch it; unset that, or copy it there"
                            .formatted(address.label(), address.revision(), settings.cache())));
        }
        if (address.pinned() && folder.listing(address.revision()).isPresent()) {
            return new HubListing(address, address.revision(), folder.listing(address.revision()).get());
        }
        try {
            // With something to fall back on, nobody waits long for a hub that does not answer.
            var retries = known.isPresent() ? new Retries(1, settings.pause()) : transport.retries();
            String commit = address.pinned() ? address.revision() : commit(address, retries, progress);
            List<HubFile> files = folder.listing(commit).orElse(null);
            if (files == null) {
                files = files(address, commit, retries, progress);
                folder.remember(commit, files);
            }
            folder.remember(address, commit);
            return new HubListing(address, commit, files);
        } catch (HubUnreachable unreachable) {
            if (known.isPresent()) {
                log.warn("{}; {} is used as it was at commit {}", unreachable.getMessage(), address.id(), known.get().commit());
                return known.get();
            }
            throw missing(address, unreachable);
        }
    }

    /** What is known of a repository on this machine alone; empty where nothing of it is here. */
    public Optional<HubListing> cached(HubAddress address) {
        var folder = new RepositoryFolder(settings.cache(), address);
        return folder.commit(address)
                .map(commit -> new HubListing(address, commit, folder.listing(commit).orElseGet(() -> folder.present(commit))));
    }

    /** Whether files of a listing are on this machine. */
    public boolean has(HubListing listing, List<HubFile> wanted) {
        var folder = new RepositoryFolder(settings.cache(), listing.address());
        return wanted.stream().allMatch(file -> folder.has(listing.commit(), file));
    }

    /** Fetches what is not here yet of the files wanted. */
    public HubSnapshot fetch(HubListing listing, List<HubFile> wanted, Progress progress) {
        var folder = new RepositoryFolder(settings.cache(), listing.address());
        List<HubFile> missing = wanted.stream().filter(file -> !folder.has(listing.commit(), file)).toList();
        if (!missing.isEmpty()) {
            if (settings.offline()) {
                throw BitRankException.dataMissing("%s of the %s is not in the hub cache %s, and HF_HUB_OFFLINE forbids to fetch it; unset that, or copy it there"
                        .formatted(missing.getFirst().path(), listing.address().label(), settings.cache()));
            }
            requireSpace(listing.address(), folder, missing);
            var meter = new Meter(progress, listing.address(), missing.stream().mapToLong(HubFile::size).sum());
            try {
                for (HubFile file : missing) {
                    fetch(listing, folder, file, meter);
                }
            } catch (HubUnreachable unreachable) {
                throw new BitRankException(FailureClass.INFRASTRUCTURE,
                        "%s while fetching %s; run it again, it goes on where it stopped".formatted(unreachable.getMessage(), listing.address().id()), unreachable);
            }
        }
        return new HubSnapshot(listing.address(), listing.commit(), folder.snapshot(listing.commit()), wanted);
    }

    private void fetch(HubListing listing, RepositoryFolder folder, HubFile file, Meter meter) {
        try (LockFile _ = folder.lock(file, meter.progress())) {
            if (folder.hasBlob(file)) {
                meter.add(file.size());
            } else {
                Download.run(transport, settings, listing, file, folder.partial(file), meter);
                folder.keep(file);
            }
            folder.point(listing.commit(), file);
        } catch (IOException failure) {
            throw CacheFailure.of(settings.cache(), failure);
        }
    }

    /** Says before the download that the disk is too small, not at its end. */
    void requireSpace(HubAddress address, List<HubFile> wanted) {
        requireSpace(address, new RepositoryFolder(settings.cache(), address), wanted);
    }

    private void requireSpace(HubAddress address, RepositoryFolder folder, List<HubFile> missing) {
        long needed = 0;
        for (HubFile file : missing) {
            needed += folder.hasBlob(file) ? 0 : Math.max(0, file.size() - folder.partialBytes(file));
        }
        Path place = settings.cache().toAbsolutePath();
        while (place.getParent() != null && !Files.isDirectory(place)) {
            place = place.getParent();
        }
        long free = freeBytes.applyAsLong(place);
        if (needed > free) {
            throw new BitRankException(FailureClass.INFRASTRUCTURE, "the %s needs %s and the disk of the hub cache %s has %s free; free some space, or set HF_HUB_CACHE to a larger disk"
                    .formatted(address.label(), gigabytes(needed), settings.cache(), gigabytes(free)));
        }
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, bytes < 100_000_000 ? "%.3f GB" : "%.1f GB", bytes / 1e9);
    }

    private static long freeBytes(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }

    private BitRankException missing(HubAddress address, HubUnreachable unreachable) {
        return new BitRankException(FailureClass.DATA_MISSING,
                "the %s is not in the hub cache %s, and %s; check the network, HF_ENDPOINT and the proxy, or copy it there"
                        .formatted(address.label(), settings.cache(), unreachable.getMessage()), unreachable);
    }

    private String commit(HubAddress address, Retries retries, Progress progress) {
        progress.report("ask the hub for " + address.id(), 0, 0);
        return Listing.commit(transport.text(api(address, "revision", address.revision(), ""), address, retries, progress).bytes());
    }

    private List<HubFile> files(HubAddress address, String commit, Retries retries, Progress progress) {
        var files = new ArrayList<HubFile>();
        for (URI page = api(address, "tree", commit, "?recursive=true"); page != null; ) {
            HubTransport.Text text = transport.text(page, address, retries, progress);
            files.addAll(Listing.ofHub(text.bytes()));
            page = text.next();
        }
        return files;
    }

    private URI api(HubAddress address, String what, String revision, String query) {
        return URI.create(settings.endpoint() + "/api/" + address.kind().plural() + "/" + address.id() + "/" + what + "/" + Addresses.encoded(revision) + query);
    }
}
