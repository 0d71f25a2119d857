package org.bitrank.engine.tasks;

/** What a task asks of a model. */
public enum OutputType {
    LOGLIKELIHOOD("loglikelihood"),
    LOGLIKELIHOOD_ROLLING("loglikelihood_rolling"),
    MULTIPLE_CHOICE("multiple_choice"),
    GENERATE_UNTIL("generate_until"),
    /** Perplexity over windows of tokens, as the GPTQ papers have it: BitRank's own addition to the language. */
    TOKEN_WINDOWS("token_windows");

    private final String label;

    OutputType(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
