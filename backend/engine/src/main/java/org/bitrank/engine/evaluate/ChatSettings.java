package org.bitrank.engine.evaluate;

import java.util.List;
import java.util.stream.Stream;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.tasks.OutputType;
import org.bitrank.engine.tasks.Task;
import org.bitrank.engine.tokenizer.Conversation;

/**
 * Whether questions are put as a conversation.
 *
 * @param template {@code auto}: those with pictures, where the model brings a chat template; {@code true}: all; {@code false}: none;
 *     or the name of a conversation, for all
 * @param system words before everything, or null for none (a named conversation: for its own)
 */
public record ChatSettings(String template, String system) {
    /** Vision-language models are asked as they were trained to be, others as in the harness. */
    public static final ChatSettings AUTO = new ChatSettings("auto", null);

    /** What may stand for {@link #template}: the usual first, and the conversations that are known by name last. */
    public static List<String> templates() {
        return Stream.concat(Stream.of(AUTO.template, "true", "false"), Conversation.names().stream()).toList();
    }

    /** How the task is put to the model, or null for plain text. Texts that are scored whole are always plain. */
    Conversation of(Task task, Checkpoint checkpoint) {
        if (task.outputType() == OutputType.LOGLIKELIHOOD_ROLLING || task.outputType() == OutputType.TOKEN_WINDOWS) {
            return null;
        }
        return switch (template) {
            case "false" -> null;
            case "true" -> Conversation.of(checkpoint, system);
            case "auto" -> task.showsPictures() && checkpoint.chatTemplate().isPresent() ? Conversation.of(checkpoint, system) : null;
            default -> Conversation.named(template, system);
        };
    }
}
