package org.bitrank.engine.hub;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bitrank.engine.Progress;
import org.bitrank.kernels.BitRankException;

/** Models on a hub: the files that a model is made of, and never one that could run code. */
public final class HubModels {
    private static final Set<String> PICKLES = Set.of("bin", "pt", "pth", "ckpt", "pkl", "pickle");
    private static final Set<String> TEXTS = Set.of("json", "jinja", "model");
    private static final Set<String> NAMES = Set.of("merges.txt", "vocab.txt", "license", "license.txt", "license.md");
    private static final String CONFIG = "config.json";

    private final Hub hub;

    public HubModels(Hub hub) {
        this.hub = hub;
    }

    public static HubModels usual() {
        return new HubModels(Hub.usual());
    }

    /** The model's folder, or its file where a GGUF file is meant; fetched as far as it is not here. */
    public Path fetch(HubAddress address, Progress progress) {
        HubListing listing = hub.list(address, progress);
        List<HubFile> wanted = wanted(listing);
        return place(hub.fetch(listing, wanted, progress));
    }

    /** The same without the network; empty where it is not whole on this machine. */
    public Optional<Path> cached(HubAddress address) {
        return hub.cached(address).flatMap(listing -> {
            List<HubFile> wanted = wanted(listing);
            return hub.has(listing, wanted) ? Optional.of(place(hub.fetch(listing, wanted, Progress.SILENT))) : Optional.empty();
        });
    }

    /**
     * What can be known of a model before its weights are fetched.
     *
     * @param address with the commit in place of the revision
     * @param config its {@code config.json}; null for a GGUF file
     * @param bytes of all files that will be fetched
     */
    public record Look(HubAddress address, Path config, long bytes) {}

    /**
     * Refuses what could not be fetched either: unknown or closed models, pickles, a disk that is too small.
     *
     * @param here whether it is this machine that will fetch it
     */
    public Look look(HubAddress address, boolean here, Progress progress) {
        HubListing listing = hub.list(address, progress);
        List<HubFile> wanted = wanted(listing);
        if (here && !hub.has(listing, wanted)) {
            hub.requireSpace(address, wanted);
        }
        Path config = listing.file(CONFIG)
                .filter(file -> wanted.contains(file))
                .map(file -> hub.fetch(listing, List.of(file), progress).paths().getFirst())
                .orElse(null);
        return new Look(listing.pinned(), config, wanted.stream().mapToLong(HubFile::size).sum());
    }

    private static Path place(HubSnapshot snapshot) {
        HubFile first = snapshot.files().getFirst();
        return isGguf(first) ? snapshot.folder().resolve(first.path()) : snapshot.folder();
    }

    private static List<HubFile> wanted(HubListing listing) {
        if (listing.address().file() != null) {
            String named = listing.address().file();
            return List.of(listing.file(named).orElseThrow(() -> BitRankException.badInput(
                    "the %s has no file %s at commit %s".formatted(listing.address().label(), named, listing.commit()))));
        }
        List<HubFile> weights = listing.files().stream()
                .filter(file -> !file.inFolder() && file.path().endsWith(".safetensors") && !file.path().startsWith("consolidated"))
                .toList();
        return weights.isEmpty() ? List.of(onlyGguf(listing)) : directory(listing, weights);
    }

    /** Weights, what tells how to read them, tokenizer, licence: all in the repository's uppermost folder. */
    private static List<HubFile> directory(HubListing listing, List<HubFile> weights) {
        var wanted = new ArrayList<HubFile>();
        boolean named = weights.stream().anyMatch(file -> file.path().startsWith("model"));
        for (HubFile file : listing.files()) {
            boolean weight = weights.contains(file) && (!named || file.path().startsWith("model"));
            if (!file.inFolder() && (weight || isText(file.path().toLowerCase(Locale.ROOT)))) {
                wanted.add(file);
            }
        }
        return wanted;
    }

    private static boolean isText(String name) {
        return NAMES.contains(name) || TEXTS.contains(ending(name)) && !name.endsWith(".bin.index.json");
    }

    private static HubFile onlyGguf(HubListing listing) {
        List<HubFile> files = listing.files().stream().filter(HubModels::isGguf).toList();
        String label = listing.address().label();
        if (files.size() == 1) {
            return files.getFirst();
        }
        if (!files.isEmpty()) {
            throw BitRankException.badInput("the %s has %d GGUF files; name one, such as hf://%s/%s".formatted(
                    label, files.size(), listing.address().id(), files.getFirst().path()));
        }
        Optional<HubFile> pickle = listing.files().stream().filter(file -> PICKLES.contains(ending(file.path()))).findFirst();
        throw pickle.isPresent()
                ? BitRankException.badInput("the %s has its weights as pickle only (%s), which can run code when opened, and is refused; name a copy in safetensors, or ask its owner for one"
                        .formatted(label, pickle.get().path()))
                : BitRankException.badInput("the %s has neither safetensors nor GGUF files in its uppermost folder; check the name".formatted(label));
    }

    private static boolean isGguf(HubFile file) {
        return file.path().endsWith(".gguf");
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
