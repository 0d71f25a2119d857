package org.bitrank.engine.quantize;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.tasks.DataSource;
import org.bitrank.kernels.BitRankException;

/** Where calibration data sets of the hub are looked for. */
public record DataFolders(List<Path> folders) {
    /** These folders in turn; where there are none, the one of {@code BITRANK_DATA}. The hub's cache comes last. */
    public static DataFolders of(List<Path> folders) {
        return new DataFolders(List.copyOf(folders));
    }

    /** Column {@code text} of every row. Throws DATA_MISSING, telling where to put it. */
    List<String> texts(String dataset, String config, String split) {
        List<DataSource> sources =
                folders.isEmpty() ? List.of(DataSource.of(null)) : folders.stream().map(DataSource::of).toList();
        for (DataSource source : sources) {
            Optional<List<String>> texts = source.column(dataset, config, split, "text");
            if (texts.isPresent()) {
                return texts.get();
            }
        }
        throw BitRankException.dataMissing(("the %s split of %s (%s) is not on this machine: put it as %s/%s/%s.jsonl (or .json,"
                        + " .parquet, .csv) into a folder and give that with --data or BITRANK_DATA, or choose another"
                        + " calibration.dataset")
                .formatted(split, dataset, config, dataset.replace("/", "__"), config, split));
    }
}
