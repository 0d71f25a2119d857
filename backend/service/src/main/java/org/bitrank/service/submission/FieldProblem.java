package org.bitrank.service.submission;

/** @param field key of the recipe or form: {@code weights.bits}; empty for the whole */
public record FieldProblem(String field, String message) {}
