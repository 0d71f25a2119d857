package org.bitrank.service.run;

/** One worker's right to work on one run. It is lost when the worker is taken for dead. */
record Lease(long run, int attempt, String requestHash, RunRequest request) {}
