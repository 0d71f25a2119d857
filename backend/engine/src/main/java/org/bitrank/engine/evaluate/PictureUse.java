package org.bitrank.engine.evaluate;

import java.util.Collection;
import org.bitrank.engine.image.PictureTokens.Picture;

/**
 * The pictures of a task.
 *
 * @param pictures different ones, however often each is asked about
 * @param tokens that the model makes of them, each counted once
 */
public record PictureUse(int pictures, long tokens) {
    /** Null for a task without pictures. */
    static PictureUse of(Collection<Picture> different) {
        return different.isEmpty() ? null : new PictureUse(different.size(), different.stream().mapToLong(Picture::rows).sum());
    }
}
