package org.bitrank.service.run;

import java.util.List;
import org.bitrank.engine.evaluate.ChatSettings;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.service.catalog.TaskChoice;

/**
 * Everything a worker needs to know to do a run.
 *
 * @param model catalogue id, hub id or directory of the model, and of the base of a recipe or checkpoint
 * @param method for people and filters; {@code none} for a base
 * @param recipe canonical JSON of the recipe; null unless it is one
 * @param checkpoint directory, GGUF file or hub id of the submitted checkpoint; null unless it is one
 * @param suite name of the task list, for people
 * @param chatTemplate how questions are put, one of {@link ChatSettings#templates()}; null is the usual one
 * @param pictureTokens whose rule counts the tokens of pictures, of {@link AnyResolution.Rounding#labels()}; null is the usual one
 */
public record RunRequest(
        RunKind kind,
        String model,
        String method,
        String title,
        String recipe,
        String checkpoint,
        String suite,
        List<TaskChoice> tasks,
        String chatTemplate,
        String pictureTokens) {
    /** Runs that were queued before there was a choice name none. */
    public RunRequest {
        chatTemplate = chatTemplate == null ? ChatSettings.AUTO.template() : chatTemplate;
        pictureTokens = pictureTokens == null ? AnyResolution.Rounding.SEVEN_DECIMALS.label() : pictureTokens;
    }

    RunRequest withCheckpoint(String other) {
        return new RunRequest(kind, model, method, title, recipe, other, suite, tasks, chatTemplate, pictureTokens);
    }

    ChatSettings chat() {
        return new ChatSettings(chatTemplate, null);
    }

    AnyResolution.Rounding rounding() {
        return AnyResolution.Rounding.of(pictureTokens);
    }

    /** How questions are put, for a line that says how a row was measured; empty where that is as usual. */
    String unusual() {
        return (chat().equals(ChatSettings.AUTO) ? "" : " · chat template " + chatTemplate)
                + (rounding() == AnyResolution.Rounding.SEVEN_DECIMALS ? "" : " · picture tokens " + pictureTokens);
    }
}
