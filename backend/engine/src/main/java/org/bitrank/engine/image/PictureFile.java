package org.bitrank.engine.image;

import java.io.IOException;

/** A picture file of one format whose header was read. */
interface PictureFile {
    /** As it is stored, before it is turned; not checked. */
    ImageSize size();

    /** How it asks to be turned: EXIF's number, 1 for not at all. */
    default int orientation() {
        return 1;
    }

    /** Its first frame. Whatever is thrown means that the file is broken. */
    Pixels pixels() throws IOException;

    /** What a file of a format begins with; bytes at {@code gap} may be any. */
    record Magic(String text, int gapFrom, int gapTo) {
        Magic(String text) {
            this(text, 0, 0);
        }

        boolean matches(byte[] bytes) {
            if (bytes.length < text.length()) {
                return false;
            }
            for (int i = 0; i < text.length(); i++) {
                if ((i < gapFrom || i >= gapTo) && bytes[i] != (byte) text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
