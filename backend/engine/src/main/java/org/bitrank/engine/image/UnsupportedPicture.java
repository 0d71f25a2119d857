package org.bitrank.engine.image;

import java.io.IOException;

/** A whole file of a kind that nothing here decodes; the message completes "the picture is". */
final class UnsupportedPicture extends IOException {
    UnsupportedPicture(String what) {
        super(what);
    }
}
