package org.bitrank.engine.tasks;

/** What a task does about a document whose pictures are missing, broken, too large or not as many as its question shows. */
enum BadPictures {
    /** The run ends and names the document. */
    STOP,
    /** The document is left out, and counted. */
    SKIP
}
