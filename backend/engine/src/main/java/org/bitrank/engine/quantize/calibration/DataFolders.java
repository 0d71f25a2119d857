package org.bitrank.engine.quantize.calibration;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.Progress;
import org.bitrank.engine.tasks.DataSource;

/** Where calibration data sets of the hub are looked for. */
public record DataFolders(List<Path> folders, Progress progress) {
    /** These folders in turn; where there are none, the one of {@code BITRANK_DATA}. Then the hub's cache, and the hub. */
    public static DataFolders of(List<Path> folders) {
        return new DataFolders(List.copyOf(folders), Progress.SILENT);
    }

    /** The same, telling somebody of downloads. */
    public DataFolders reportingTo(Progress watcher) {
        return new DataFolders(folders, watcher);
    }

    /** Column {@code text} of every row. Throws DATA_MISSING, telling where to put it. */
    List<String> texts(String dataset, String config, String split) {
        List<DataSource> sources = folders.isEmpty()
                ? List.of(DataSource.of(null, progress))
                : folders.stream().map(folder -> DataSource.of(folder, progress)).toList();
        for (DataSource source : sources) {
            Optional<List<String>> texts = source.columnHere(dataset, config, split, "text");
            if (texts.isPresent()) {
                return texts.get();
            }
        }
        return sources.getLast().column(dataset, config, split, "text");
    }
}
