package org.bitrank.service.run;

/** Words of a run that may quote a damaged file, as every database can keep them: PostgreSQL's text has no zero character. */
final class StorableText {
    private static final char REPLACEMENT = '\uFFFD';

    private StorableText() {}

    static String of(String text) {
        return text.replace('\0', REPLACEMENT);
    }
}
