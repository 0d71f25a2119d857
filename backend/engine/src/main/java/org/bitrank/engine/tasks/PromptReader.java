package org.bitrank.engine.tasks;

import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.bitrank.engine.tokenizer.Conversation;

/**
 * What the model that will be asked makes of prompts.
 *
 * @param tokens counts the tokens of a prompt; null leaves all prompts as they are
 * @param trial refuses a request that the model cannot be asked; null refuses none
 * @param conversation how questions are put, or null for plain text
 */
public record PromptReader(ToIntFunction<String> tokens, Consumer<Request> trial, Conversation conversation) {
    /** For looking at a task without a model. */
    public static final PromptReader NONE = new PromptReader(null, null, null);

    public static PromptReader of(PairEncoder encoder, Conversation conversation) {
        return new PromptReader(
                prompt -> encoder.encode(prompt).length,
                request -> {
                    switch (request) {
                        case Request.LogLikelihood pair -> encoder.fitted(encoder.encode(pair));
                        case Request.Generate prompt -> encoder.prompt(prompt);
                        case Request.Rolling _, Request.Windows _ -> {}
                    }
                },
                conversation);
    }
}
