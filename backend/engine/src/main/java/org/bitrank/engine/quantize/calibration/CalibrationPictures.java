package org.bitrank.engine.quantize.calibration;

import java.util.List;
import java.util.stream.Collectors;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.engine.model.PictureReader;

/**
 * The pictures that calibration sequences show.
 *
 * @param tokens the ids that stand for them
 * @param reader makes of a file what the model's tower takes
 */
public record CalibrationPictures(PictureTokens tokens, PictureReader reader) {
    static CalibrationPictures of(PictureReader reader) {
        var tokens = new PictureTokens(image -> {
            // Nobody has looked at calibration's pictures before.
            reader.check(image);
            return reader.tokens(image);
        });
        return new CalibrationPictures(tokens, reader);
    }

    /** Each once, in the order in which they are first shown. */
    public List<ImageSource> images() {
        return tokens.pictures().stream().map(PictureTokens.Picture::image).toList();
    }

    /** Tiles of all of them. */
    int tiles() {
        return images().stream().mapToInt(reader::tiles).sum();
    }

    /** Of the pictures' own checksums, one a line. */
    public String sha256() {
        return Sha256.of(images().stream().map(image -> image.sha256() + "\n").collect(Collectors.joining()));
    }
}
