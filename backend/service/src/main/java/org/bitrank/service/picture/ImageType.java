package org.bitrank.service.picture;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Types of pictures that browsers show, told by how a file begins: what a data set calls a picture may be anything. */
enum ImageType {
    PNG("image/png", 0, "\u0089PNG"),
    JPEG("image/jpeg", 0, "\u00ff\u00d8\u00ff"),
    GIF("image/gif", 0, "GIF8"),
    WEBP("image/webp", 8, "WEBP"),
    BMP("image/bmp", 0, "BM");

    /** Bytes that tell the type of any. */
    static final int LONGEST = 12;

    private final String mediaType;
    private final int at;
    private final byte[] mark;

    ImageType(String mediaType, int at, String mark) {
        this.mediaType = mediaType;
        this.at = at;
        this.mark = mark.getBytes(StandardCharsets.ISO_8859_1);
    }

    String mediaType() {
        return mediaType;
    }

    static Optional<ImageType> of(byte[] beginning) {
        for (ImageType type : values()) {
            if (type.begins(beginning)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    private boolean begins(byte[] beginning) {
        if (beginning.length < at + mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if (beginning[at + i] != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
