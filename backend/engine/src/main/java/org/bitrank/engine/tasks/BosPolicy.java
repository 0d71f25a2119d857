package org.bitrank.engine.tasks;

/**
 * Whether texts are scored with a beginning-of-sequence token. Published numbers differ by it: lm-evaluation-harness added none
 * from 0.4.0 to 0.4.9.1, and leaves it to the tokenizer since.
 */
public enum BosPolicy {
    /** As the tokenizer does by itself; not twice where the text starts with it already. */
    AUTO,
    /** Always one in front. */
    TRUE,
    /** Never. */
    FALSE
}
