package org.bitrank.service.catalog;

/**
 * A model that can be named in a recipe.
 *
 * @param location what the engine opens: catalogue id, directory, GGUF file or {@code hf://owner/name}
 * @param suite what it is measured on unless a submission says otherwise
 * @param builtIn part of BitRank itself, not added by an operator
 */
public record ModelEntry(String id, String location, String description, String licence, Suite suite, boolean builtIn) {}
