package org.bitrank.engine.tasks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitrank.engine.Progress;
import org.bitrank.engine.hub.Hub;
import org.bitrank.engine.hub.HubAddress;
import org.bitrank.engine.hub.HubDatasets;
import org.bitrank.engine.hub.HubSettings;
import org.bitrank.engine.hub.HubSnapshot;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/**
 * Finds a task's data: files that the task names itself, else {@code DIR/<owner>__<dataset>/<config>/<split>.jsonl} (or .json,
 * .parquet, .csv, .tsv, or a folder of pictures of that name) under the data folder, else the local cache of the Hugging Face hub, else the hub.
 */
public final class DataSource {
    /** The kind of data of a task whose file is one text. */
    static final String WHOLE_TEXT = "whole_text";

    private static final String DEFAULT_CONFIG = "default";
    private static final List<String> ENDINGS = List.of("jsonl", "json", "parquet", "csv", "tsv");

    private final Optional<Path> folder;
    private final HubDatasets hub;
    private final Progress progress;

    private DataSource(Optional<Path> folder, HubDatasets hub, Progress progress) {
        this.folder = folder;
        this.hub = hub;
        this.progress = progress;
    }

    /** As {@link #of(Path, Progress)}, for work that nobody watches. */
    public static DataSource of(Path folder) {
        return of(folder, Progress.SILENT);
    }

    /**
     * @param folder what {@code --data} says, or null; then {@code BITRANK_DATA} counts
     * @param progress is told of downloads
     */
    public static DataSource of(Path folder, Progress progress) {
        return of(folder, HubSettings.usual(), progress);
    }

    /** The same with a hub of the caller's choice. */
    public static DataSource of(Path folder, HubSettings hub, Progress progress) {
        return of(folder, new HubDatasets(new Hub(hub)), progress);
    }

    static DataSource of(Path folder, HubDatasets hub, Progress progress) {
        String configured = System.getenv("BITRANK_DATA");
        Path chosen = folder != null ? folder : configured == null || configured.isBlank() ? null : Path.of(configured);
        if (chosen != null && !Files.isDirectory(chosen)) {
            throw BitRankException.dataMissing("the data folder " + chosen + " does not exist; correct --data or BITRANK_DATA");
        }
        return new DataSource(Optional.ofNullable(chosen), hub, progress);
    }

    /** True where all the data that the task is evaluated on are on this machine. */
    public boolean has(Task task) {
        TaskDefinition definition = task.definition();
        try {
            return !here(Wanted.of(definition, definition.evaluatedSplit())).isEmpty();
        } catch (BitRankException e) {
            if (e.failureClass() == FailureClass.DATA_MISSING) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Throws {@link BitRankException} unless the data that the task is evaluated on are on this machine, or the hub has them and
     * there is room for them.
     */
    public void require(Task task) {
        Wanted wanted = Wanted.of(task.definition(), task.definition().evaluatedSplit());
        if (here(wanted).isEmpty()) {
            try {
                hub.look(wanted.address(), wanted.config, wanted.split, wanted.files, progress);
            } catch (BitRankException e) {
                throw missing(wanted, e);
            }
        }
    }

    /** Fetches the data that the task is evaluated on where they are not on this machine. */
    public void fetch(Task task) {
        fetched(Wanted.of(task.definition(), task.definition().evaluatedSplit()));
    }

    DataSet read(TaskDefinition task, String split) {
        var rows = new ArrayList<Map<String, Object>>();
        var read = new ArrayList<DataFile>();
        for (Path file : fetched(Wanted.of(task, split))) {
            if (Files.isDirectory(file)) {
                DataSet pictures = ImageFolder.read(file);
                rows.addAll(pictures.rows());
                read.addAll(pictures.files());
                continue;
            }
            rows.addAll(task.datasetPath().equals(WHOLE_TEXT) ? RowReader.wholeText(file) : RowReader.read(file));
            read.add(new DataFile(file, RowReader.sha256(file)));
        }
        return new DataSet(rows, read);
    }

    /** One text column of a split that no task is about, such as calibration text; empty where it is not on this machine. */
    public Optional<List<String>> columnHere(String dataset, String config, String split, String column) {
        List<Path> files = here(Wanted.of(dataset, config, split));
        return files.isEmpty() ? Optional.empty() : Optional.of(texts(files, column));
    }

    /** The same, fetched where it is not on this machine. */
    public List<String> column(String dataset, String config, String split, String column) {
        return texts(fetched(Wanted.of(dataset, config, split)), column);
    }

    private static List<String> texts(List<Path> files, String column) {
        var texts = new ArrayList<String>();
        for (Path file : files) {
            for (Map<String, Object> row : RowReader.read(file)) {
                if (!(row.get(column) instanceof String text)) {
                    throw BitRankException.badInput("%s has a row without text in column %s".formatted(file, column));
                }
                texts.add(text);
            }
        }
        return texts;
    }

    /**
     * A split of a data set.
     *
     * @param title what it is for, in words for people
     * @param revision on the hub, or null
     * @param files patterns of names in the hub's repository, where the task names them; else empty
     * @param own files beside the task file, where data are not on the hub; else empty
     */
    private record Wanted(String title, String dataset, String config, String split, String revision, List<String> files, List<Path> own) {
        static Wanted of(String dataset, String config, String split) {
            return new Wanted(dataset, dataset, config, split, null, List.of(), List.of());
        }

        static Wanted of(TaskDefinition task, String split) {
            String revision = task.fields().get("dataset_kwargs") instanceof Map<?, ?> settings && settings.get("revision") instanceof String named ? named : null;
            String title = task.name() + " (" + task.datasetPath() + ", split " + split + ")";
            if (task.dataFiles().isEmpty()) {
                return new Wanted(title, task.datasetPath(), task.datasetName(), split, revision, List.of(), List.of());
            }
            List<String> names = task.dataFiles().get(split);
            if (names == null) {
                throw BitRankException.badInput("%s: dataset_kwargs.data_files has no split '%s', only %s"
                        .formatted(task.name(), split, task.dataFiles().keySet()));
            }
            return task.datasetPath().contains("/")
                    ? new Wanted(title, task.datasetPath(), task.datasetName(), split, revision, names, List.of())
                    : new Wanted(title, task.datasetPath(), task.datasetName(), split, revision, List.of(), ownFiles(task, names));
        }

        HubAddress address() {
            return HubAddress.dataset(dataset, revision).orElseThrow(() -> BitRankException.badInput("'" + dataset + "' is no data set of the hub"));
        }
    }

    private List<Path> fetched(Wanted wanted) {
        List<Path> here = here(wanted);
        if (!here.isEmpty()) {
            return here;
        }
        try {
            HubSnapshot snapshot = wanted.files.isEmpty()
                    ? hub.fetch(wanted.address(), wanted.config, wanted.split, progress)
                    : hub.fetchFiles(wanted.address(), wanted.files, progress);
            return snapshot.paths();
        } catch (BitRankException e) {
            throw missing(wanted, e);
        }
    }

    /** On this machine; empty where nothing is. */
    private List<Path> here(Wanted wanted) {
        if (!wanted.own.isEmpty()) {
            return wanted.own;
        }
        Optional<HubAddress> address = HubAddress.dataset(wanted.dataset, wanted.revision);
        if (folder.isPresent() && address.isPresent()) {
            Path place = folder.get().resolve(folderName(wanted.dataset)).resolve(wanted.config == null ? DEFAULT_CONFIG : wanted.config);
            for (String ending : ENDINGS) {
                Path file = place.resolve(wanted.split + "." + ending);
                if (Files.isRegularFile(file)) {
                    return List.of(file);
                }
            }
            if (Files.isDirectory(place.resolve(wanted.split))) {
                return List.of(place.resolve(wanted.split));
            }
        }
        return address.flatMap(known -> wanted.files.isEmpty()
                        ? hub.cached(known, wanted.config, wanted.split)
                        : hub.cachedFiles(known, wanted.files))
                .map(HubSnapshot::paths)
                .orElse(List.of());
    }

    private static List<Path> ownFiles(TaskDefinition task, List<String> names) {
        var files = new ArrayList<Path>();
        for (String name : names) {
            Path file = task.file() == null ? Path.of(name) : task.file().resolveSibling(name);
            if (!Files.exists(file)) {
                throw BitRankException.dataMissing("%s: its data file %s is missing; put it there or correct data_files"
                        .formatted(task.name(), file.normalize()));
            }
            files.add(file.normalize());
        }
        return files;
    }

    private static String folderName(String dataset) {
        return dataset.replace("/", "__");
    }

    /** Says why the hub did not help, and the other ways. A failure that is nobody's missing data stays what it is. */
    private BitRankException missing(Wanted wanted, BitRankException hubSays) {
        if (hubSays.failureClass() != FailureClass.DATA_MISSING && hubSays.failureClass() != FailureClass.BAD_INPUT) {
            return hubSays;
        }
        String config = wanted.config == null ? DEFAULT_CONFIG : wanted.config;
        String place = folderName(wanted.dataset) + "/" + config + "/" + wanted.split + ".{" + String.join(",", ENDINGS) + "}";
        return new BitRankException(
                FailureClass.DATA_MISSING,
                "the data of %s are not on this machine: expected %s; %s. The hub does not help: %s".formatted(
                        wanted.title,
                        folder.map(data -> data.resolve(place).toString()).orElse("DIR/" + place),
                        folder.isPresent() ? "put the file there" : "give the folder DIR with --data DIR or BITRANK_DATA",
                        hubSays.getMessage()),
                hubSays);
    }
}
