package org.bitrank.service.result;

/** Rows were added or removed in this process. */
public record RowsChanged() {}
