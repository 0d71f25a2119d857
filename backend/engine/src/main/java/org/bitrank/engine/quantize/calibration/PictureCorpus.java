package org.bitrank.engine.quantize.calibration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.engine.tasks.PromptPictures;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Texts that show pictures: a file of JSON lines, {@code {"image": "images/1.png", "text": "<image>\nWhat is this? A cat."}}.
 * {@code image} is one path or a list of them, from the file's folder; {@code text} holds one placeholder for each and is fed
 * as it stands, behind the tokenizer's own first token.
 *
 * @param content of the file
 */
record PictureCorpus(Path file, String content, List<Row> rows) {
    /** @param number from 1 */
    record Row(int number, List<ImageSource> images, String text) {}

    static PictureCorpus read(Path file) {
        String content;
        try {
            content = Files.readString(file);
        } catch (IOException missing) {
            throw new BitRankException(FailureClass.DATA_MISSING,
                    "calibration pictures %s cannot be read; give pictures: and the path of a UTF-8 file of JSON lines".formatted(file), missing);
        }
        var rows = new ArrayList<Row>();
        int number = 0;
        for (String line : content.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                rows.add(row(file, number, line));
            }
        }
        return new PictureCorpus(file, content, rows);
    }

    private static Row row(Path file, int number, String line) {
        try {
            JsonNode node = JsonMapper.shared().readTree(line);
            JsonNode image = node.path("image");
            var images = new ArrayList<ImageSource>();
            for (JsonNode each : image.isArray() ? image : List.of(image)) {
                if (each.isString()) {
                    images.add(ImageSource.of(file.resolveSibling(each.stringValue())));
                }
            }
            String text = node.path("text").asString("");
            int places = text.split(PictureTokens.PLACEHOLDER, -1).length - 1;
            if (images.isEmpty() || images.size() != places) {
                throw BitRankException.badInput(("%s line %d names %d pictures in image and has %d places %s in text; a row has one place for"
                        + " each picture, and at least one").formatted(file, number, images.size(), places, PictureTokens.PLACEHOLDER));
            }
            return new Row(number, List.copyOf(images), text);
        } catch (JacksonException malformed) {
            // Without the words of the file: on a server the message is read by others than its owner.
            throw BitRankException.badInput("%s line %d is not JSON from column %d on; each line is an object with image and text"
                    .formatted(file, number, malformed.getLocation() == null ? 1 : malformed.getLocation().getColumnNr()), malformed);
        }
    }

    /** The first rows as tokens; what is longer than {@code length} loses its end. */
    int[][] sequences(int count, int length, Tokenizer tokenizer, PictureTokens tokens) {
        if (count > rows.size()) {
            throw BitRankException.badInput("%s has %,d rows, too few for %d samples; lower calibration.samples, or give more rows"
                    .formatted(file, rows.size(), count));
        }
        var expansion = new PromptPictures(tokenizer, tokens);
        var sequences = new int[count][];
        for (int i = 0; i < count; i++) {
            Row row = rows.get(i);
            int[] ids = expansion.expand(row.text(), row.images(), tokenizer::encodeWithSpecial);
            if (ids.length > length && PictureTokens.isPicture(ids[length - 1]) && PictureTokens.isPicture(ids[length])) {
                throw BitRankException.badInput("%s line %d: its pictures reach beyond %d tokens; raise calibration.sequence-length, or show fewer or smaller pictures"
                        .formatted(file, row.number(), length));
            }
            sequences[i] = ids.length > length ? Arrays.copyOf(ids, length) : ids;
        }
        return sequences;
    }
}
