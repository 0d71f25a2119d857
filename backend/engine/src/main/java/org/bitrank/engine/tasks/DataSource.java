package org.bitrank.engine.tasks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/**
 * Finds a task's data: files that the task names itself, else {@code DIR/<owner>__<dataset>/<config>/<split>.jsonl} (or .json,
 * .parquet, .csv) under the data folder, else the local cache of the Hugging Face hub.
 */
public final class DataSource {
    /** The kind of data of a task whose file is one text. */
    static final String WHOLE_TEXT = "whole_text";

    private static final String DEFAULT_CONFIG = "default";
    private static final List<String> ENDINGS = List.of("jsonl", "json", "parquet", "csv");

    private final Optional<Path> folder;
    private final HubCache cache;

    private DataSource(Optional<Path> folder, HubCache cache) {
        this.folder = folder;
        this.cache = cache;
    }

    /** @param folder what {@code --data} says, or null; then {@code BITRANK_DATA} counts */
    public static DataSource of(Path folder) {
        String configured = System.getenv("BITRANK_DATA");
        Path chosen = folder != null ? folder : configured == null || configured.isBlank() ? null : Path.of(configured);
        if (chosen != null && !Files.isDirectory(chosen)) {
            throw BitRankException.dataMissing("the data folder " + chosen + " does not exist; correct --data or BITRANK_DATA");
        }
        return new DataSource(Optional.ofNullable(chosen), HubCache.usual());
    }

    /** True where all the data that the task is evaluated on are on this machine. */
    public boolean has(Task task) {
        try {
            return !find(task.definition(), task.definition().evaluatedSplit()).isEmpty();
        } catch (BitRankException e) {
            if (e.failureClass() == FailureClass.DATA_MISSING) {
                return false;
            }
            throw e;
        }
    }

    DataSet read(TaskDefinition task, String split) {
        List<Path> files = find(task, split);
        if (files.isEmpty()) {
            throw missing(task, split);
        }
        var rows = new ArrayList<Map<String, Object>>();
        var read = new ArrayList<DataFile>();
        for (Path file : files) {
            rows.addAll(task.datasetPath().equals(WHOLE_TEXT) ? RowReader.wholeText(file) : RowReader.read(file));
            read.add(new DataFile(file, RowReader.sha256(file)));
        }
        return new DataSet(rows, read);
    }

    /** One text column of a split that no task is about, such as calibration text; empty where it is not on this machine. */
    public Optional<List<String>> column(String dataset, String config, String split, String column) {
        List<Path> files = find(dataset, config, split);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        var texts = new ArrayList<String>();
        for (Path file : files) {
            for (Map<String, Object> row : RowReader.read(file)) {
                if (!(row.get(column) instanceof String text)) {
                    throw BitRankException.badInput("%s has a row without text in column %s".formatted(file, column));
                }
                texts.add(text);
            }
        }
        return Optional.of(texts);
    }

    private List<Path> find(TaskDefinition task, String split) {
        // The files of a data set on the hub have its usual place in the data folder.
        return task.dataFiles().isEmpty() || task.datasetPath().contains("/") ? find(task.datasetPath(), task.datasetName(), split) : ownFiles(task, split);
    }

    private List<Path> find(String dataset, String config, String split) {
        if (folder.isPresent() && dataset.matches("[\\w.-]+(/[\\w.-]+)?")) {
            Path place = folder.get().resolve(folderName(dataset)).resolve(config == null ? DEFAULT_CONFIG : config);
            for (String ending : ENDINGS) {
                Path file = place.resolve(split + "." + ending);
                if (Files.isRegularFile(file)) {
                    return List.of(file);
                }
            }
        }
        return cache.find(dataset, config, split);
    }

    private static List<Path> ownFiles(TaskDefinition task, String split) {
        List<String> names = task.dataFiles().get(split);
        if (names == null) {
            throw BitRankException.badInput("%s: dataset_kwargs.data_files has no split '%s', only %s"
                    .formatted(task.name(), split, task.dataFiles().keySet()));
        }
        var files = new ArrayList<Path>();
        for (String name : names) {
            Path file = task.file() == null ? Path.of(name) : task.file().resolveSibling(name);
            if (!Files.isRegularFile(file)) {
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

    private BitRankException missing(TaskDefinition task, String split) {
        String config = task.datasetName() == null ? DEFAULT_CONFIG : task.datasetName();
        String wanted = folderName(task.datasetPath()) + "/" + config + "/" + split + ".{" + String.join(",", ENDINGS) + "}";
        return BitRankException.dataMissing("the data of %s (%s, split %s) are not on this machine: expected %s, or a copy in the hub cache %s; %s"
                .formatted(
                        task.name(),
                        task.datasetPath(),
                        split,
                        folder.map(data -> data.resolve(wanted).toString()).orElse("DIR/" + wanted),
                        cache.root(),
                        folder.isPresent() ? "put the file there" : "give the folder DIR with --data DIR or BITRANK_DATA"));
    }
}
