package org.bitrank.service.run;

import java.util.List;
import org.bitrank.service.catalog.TaskChoice;

/**
 * Everything a worker needs to know to do a run.
 *
 * @param model catalogue id, hub id or directory of the model, and of the base of a recipe or checkpoint
 * @param method for people and filters; {@code none} for a base
 * @param recipe canonical JSON of the recipe; null unless it is one
 * @param checkpoint directory, GGUF file or hub id of the submitted checkpoint; null unless it is one
 * @param suite name of the task list, for people
 */
public record RunRequest(
        RunKind kind,
        String model,
        String method,
        String title,
        String recipe,
        String checkpoint,
        String suite,
        List<TaskChoice> tasks) {}
