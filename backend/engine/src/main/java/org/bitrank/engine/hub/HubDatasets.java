package org.bitrank.engine.hub;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bitrank.engine.Progress;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/**
 * Data sets on a hub. Where a repository has its data as CSV, JSON or Parquet these files are taken; else those of the branch
 * into which the hub itself converts what it can read.
 */
public final class HubDatasets {
    static final String CONVERSION = "refs/convert/parquet";
    private static final String MAIN = "main";

    private final Hub hub;
    /** Asked for once: all splits of a data set come from one commit, however many tasks read them. */
    private final Map<HubAddress, HubListing> listings = new ConcurrentHashMap<>();

    public HubDatasets(Hub hub) {
        this.hub = hub;
    }

    /** The files of a split that are on this machine; empty unless all are. */
    public Optional<HubSnapshot> cached(HubAddress address, String config, String split) {
        return cached(address, listing -> SplitFiles.of(listing.files(), cachedCard(listing), config, split))
                .or(() -> address.revision().equals(MAIN)
                        ? cached(address.at(CONVERSION), listing -> SplitFiles.converted(listing.files(), config, split))
                        : Optional.empty());
    }

    /** The same for files that somebody names, by patterns. */
    public Optional<HubSnapshot> cachedFiles(HubAddress address, List<String> patterns) {
        return cached(address, listing -> SplitFiles.matching(listing.files(), patterns));
    }

    private interface Choice {
        List<HubFile> of(HubListing listing);
    }

    private Optional<HubSnapshot> cached(HubAddress address, Choice choice) {
        return hub.cached(address).flatMap(listing -> {
            List<HubFile> files = choice.of(listing);
            return !files.isEmpty() && SplitFiles.isWhole(files) && hub.has(listing, files)
                    ? Optional.of(hub.fetch(listing, files, Progress.SILENT))
                    : Optional.empty();
        });
    }

    /** Fetches the files of a split. */
    public HubSnapshot fetch(HubAddress address, String config, String split, Progress progress) {
        Found found = find(address, config, split, progress);
        return hub.fetch(found.listing, found.files, progress);
    }

    /** Fetches files that somebody names, by patterns. */
    public HubSnapshot fetchFiles(HubAddress address, List<String> patterns, Progress progress) {
        Found found = find(address, patterns, progress);
        return hub.fetch(found.listing, found.files, progress);
    }

    /**
     * Throws what {@link #fetch} would, as far as that can be told without fetching.
     *
     * @param patterns of files that somebody names; empty for those of the split
     */
    public void look(HubAddress address, String config, String split, List<String> patterns, Progress progress) {
        Found found = patterns.isEmpty() ? find(address, config, split, progress) : find(address, patterns, progress);
        hub.requireSpace(found.listing.address(), found.files);
    }

    private Found find(HubAddress address, List<String> patterns, Progress progress) {
        HubListing listing = list(address, progress);
        List<HubFile> files = SplitFiles.matching(listing.files(), patterns);
        if (files.isEmpty()) {
            throw BitRankException.badInput("the %s has no Parquet, JSON or CSV file %s at commit %s; correct data_files"
                    .formatted(address.label(), String.join(", ", patterns), listing.commit()));
        }
        return new Found(listing, files);
    }

    private record Found(HubListing listing, List<HubFile> files) {}

    private Found find(HubAddress address, String config, String split, Progress progress) {
        HubListing listing = list(address, progress);
        DatasetCard card = listing.file(DatasetCard.FILE)
                .map(file -> DatasetCard.read(hub.fetch(listing, List.of(file), progress).paths().getFirst()))
                .orElse(DatasetCard.NONE);
        List<HubFile> files = SplitFiles.of(listing.files(), card, config, split);
        if (!files.isEmpty()) {
            return new Found(listing, files);
        }
        if (address.revision().equals(MAIN)) {
            HubListing conversion = conversion(address, progress);
            List<HubFile> converted = conversion == null ? List.of() : SplitFiles.converted(conversion.files(), config, split);
            if (!converted.isEmpty()) {
                return new Found(conversion, converted);
            }
        }
        throw BitRankException.dataMissing(
                "the %s has no Parquet, JSON or CSV files of split '%s'%s at commit %s, and the hub has converted none; check the task's dataset_name and splits, or give the data with --data or BITRANK_DATA"
                        .formatted(address.label(), split, config == null ? "" : " of '" + config + "'", listing.commit()));
    }

    private HubListing list(HubAddress address, Progress progress) {
        return listings.computeIfAbsent(address, key -> hub.list(key, progress));
    }

    /** Null where the hub has converted nothing. */
    private HubListing conversion(HubAddress address, Progress progress) {
        try {
            return list(address.at(CONVERSION), progress);
        } catch (BitRankException e) {
            if (e.failureClass() == FailureClass.BAD_INPUT || hub.settings().offline() && e.failureClass() == FailureClass.DATA_MISSING) {
                return null;
            }
            throw e;
        }
    }

    private DatasetCard cachedCard(HubListing listing) {
        return listing.file(DatasetCard.FILE)
                .filter(file -> hub.has(listing, List.of(file)))
                .map(file -> DatasetCard.read(hub.fetch(listing, List.of(file), Progress.SILENT).paths().getFirst()))
                .orElse(DatasetCard.NONE);
    }
}
