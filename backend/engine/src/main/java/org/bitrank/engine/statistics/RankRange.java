package org.bitrank.engine.statistics;

/** The places that a row may hold: the same twice where it can be told from all others. */
public record RankRange(int best, int worst) {}
