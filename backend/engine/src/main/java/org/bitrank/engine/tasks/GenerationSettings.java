package org.bitrank.engine.tasks;

import java.util.List;

/**
 * When greedy generation ends.
 *
 * @param until texts at which the answer ends; they are not part of it
 * @param maxTokens the most new tokens
 */
public record GenerationSettings(List<String> until, int maxTokens) {
    static final int USUAL_TOKENS = 256;

    public GenerationSettings {
        until = List.copyOf(until);
    }
}
