package org.bitrank.engine.tasks;

/**
 * A document that was not asked about, as its task allows for bad pictures.
 *
 * @param documentId its place in the split, from 0
 */
public record SkippedDocument(int documentId, String reason) {}
