package org.bitrank.service.run;

/** @param fraction of the whole run; @param log its last lines */
record ProgressState(String step, long done, long total, double fraction, String log) {}
