package org.bitrank.service.picture;

import java.nio.file.Path;
import java.util.Optional;
import org.bitrank.engine.image.ImageSource;

/** The pictures of measured items. A picture that several tasks, rows or questions show is kept once. */
public interface Pictures {
    /** Keeps a picture; one that is there already is left as it is. */
    void keep(ImageSource image);

    /** The picture with this SHA-256 in hexadecimal, where it is kept and of a type that a browser shows. */
    Optional<Picture> find(String sha256);

    /** @param mediaType such as {@code image/png}, told by its first bytes */
    record Picture(Path file, String mediaType) {}
}
