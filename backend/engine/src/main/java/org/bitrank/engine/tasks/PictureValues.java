package org.bitrank.engine.tasks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.kernels.BitRankException;

/**
 * What data sets have in a picture's column: a picture that was read already, the name of a file, a data address
 * ({@code data:image/png;base64,…}), the map of {@code bytes} and {@code path} that the datasets library writes, or a list of these.
 */
final class PictureValues {
    private static final String DATA = "data:";
    private static final String BASE64 = ";base64,";
    /** JPEG, PNG, WebP, GIF and BMP. */
    private static final List<String> ENCODED = List.of("/9j/", "iVBORw0KGgo", "UklGR", "R0lGOD", "Qk");
    private static final int LONGEST_NAME = 255;
    private static final Pattern WEB = Pattern.compile("(?i)(https?|ftp|s3|gs)://");

    private final List<Path> folders;

    /** @param folders that names of files are looked for in, one after the other; the first stands in messages */
    PictureValues(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /** The folders of data files: pictures lie beside the rows that name them. */
    static PictureValues beside(List<DataFile> files) {
        var folders = new ArrayList<Path>();
        for (DataFile file : files) {
            Path folder = file.path().toAbsolutePath().getParent();
            if (!folders.contains(folder)) {
                folders.add(folder);
            }
        }
        return new PictureValues(folders);
    }

    void add(Object value, List<ImageSource> images) {
        switch (value) {
            case null -> {}
            case ImageSource image -> images.add(image);
            case byte[] bytes -> images.add(ImageSource.of("picture in the data", bytes));
            case String text when text.startsWith(DATA) -> images.add(embedded(text));
            case String text when isEncoded(text) -> images.add(decoded("picture in the data", text));
            case String address when WEB.matcher(address).lookingAt() -> throw BitRankException.badInput(
                    "the picture %s is a URL, and URLs are not fetched; download it, put it beside the data and give the file's name".formatted(address));
            case String name -> images.add(ImageSource.of(file(name)));
            case List<?> several -> several.forEach(one -> add(one, images));
            case Map<?, ?> map when map.get("bytes") instanceof byte[] bytes -> images.add(ImageSource.of(name(map), bytes));
            case Map<?, ?> map when map.get("bytes") instanceof String encoded -> images.add(decoded(name(map), encoded));
            case Map<?, ?> map when map.get("path") instanceof String path -> images.add(ImageSource.of(file(path)));
            default -> throw BitRankException.badInput("doc_to_image gives "
                    + (value instanceof Map<?, ?> map ? "a map of " + map.keySet() : "'" + value + "'")
                    + ", which is no picture; it must be a file's name, or a map with bytes or path");
        }
    }

    /** Base64 without an address around it: longer than a file's name, and beginning as pictures do. */
    private static boolean isEncoded(String text) {
        return text.length() > LONGEST_NAME && ENCODED.stream().anyMatch(text::startsWith);
    }

    private static String name(Map<?, ?> map) {
        return map.get("path") instanceof String path ? path : "picture in the data";
    }

    private static ImageSource embedded(String address) {
        int at = address.indexOf(BASE64);
        if (at < 0) {
            throw BitRankException.badInput("a picture's data address is not in base64");
        }
        return decoded("picture in the data", address.substring(at + BASE64.length()));
    }

    private static ImageSource decoded(String name, String encoded) {
        try {
            return ImageSource.of(name, Base64.getMimeDecoder().decode(encoded));
        } catch (IllegalArgumentException e) {
            throw BitRankException.badInput(name + " is not in base64", e);
        }
    }

    private Path file(String name) {
        for (Path folder : folders) {
            Path file = folder.resolve(name).normalize();
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return folders.isEmpty() ? Path.of(name) : folders.getFirst().resolve(name).normalize();
    }
}
