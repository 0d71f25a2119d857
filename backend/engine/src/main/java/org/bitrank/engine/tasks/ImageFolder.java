package org.bitrank.engine.tasks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.kernels.BitRankException;

/**
 * A folder of pictures as the datasets library's {@code imagefolder} reads it: rows of a metadata file whose {@code file_name} is
 * the column {@code image} ({@code left_file_name} the column {@code left}, {@code left_file_names} a list), else one row a picture with
 * the number of its folder as {@code label}.
 */
final class ImageFolder {
    private static final List<String> METADATA = List.of("metadata.jsonl", "metadata.csv", "metadata.parquet");
    private static final String FILE_NAME = "file_name";
    private static final String PICTURES = ".*\\.(jpg|jpeg|png|webp|gif|bmp)";

    private ImageFolder() {}

    static DataSet read(Path folder) {
        for (String name : METADATA) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                List<Map<String, Object>> rows = RowReader.read(file).stream().map(row -> row(row, folder)).toList();
                return new DataSet(rows, List.of(new DataFile(file, RowReader.sha256(file))));
            }
        }
        return labelled(folder);
    }

    private static Map<String, Object> row(Map<String, Object> row, Path folder) {
        var named = new LinkedHashMap<String, Object>();
        row.forEach((column, value) -> {
            if (column.equals(FILE_NAME)) {
                named.put("image", pictures(value, folder));
            } else if (column.endsWith("_" + FILE_NAME) || column.endsWith("_" + FILE_NAME + "s")) {
                named.put(column.substring(0, column.lastIndexOf("_" + FILE_NAME)), pictures(value, folder));
            } else {
                named.put(column, value);
            }
        });
        return named;
    }

    private static Object pictures(Object value, Path folder) {
        return switch (value) {
            case String name -> ImageSource.of(folder.resolve(name).normalize());
            case List<?> names -> names.stream().map(name -> pictures(name, folder)).toList();
            case null, default -> value;
        };
    }

    private static DataSet labelled(Path folder) {
        List<Path> pictures;
        try (Stream<Path> all = Files.walk(folder)) {
            pictures = all.filter(file -> file.getFileName().toString().toLowerCase(Locale.ROOT).matches(PICTURES)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (pictures.isEmpty()) {
            throw BitRankException.dataMissing(folder + " holds neither pictures nor one of " + METADATA + "; put them there");
        }
        var labels = new ArrayList<>(new TreeSet<>(pictures.stream().map(Path::getParent).toList()));
        var rows = new ArrayList<Map<String, Object>>();
        var files = new ArrayList<DataFile>();
        for (Path picture : pictures) {
            var row = new LinkedHashMap<String, Object>();
            row.put("image", ImageSource.of(picture));
            row.put("label", (long) labels.indexOf(picture.getParent()));
            rows.add(row);
            files.add(new DataFile(picture, RowReader.sha256(picture)));
        }
        return new DataSet(rows, files);
    }
}
