package org.bitrank.service.submission;

import java.util.List;
import java.util.Optional;
import org.bitrank.service.catalog.TaskChoice;
import tools.jackson.databind.node.ObjectNode;

/** The way in. */
public interface Submissions {
    /**
     * Checks a recipe and queues its run.
     *
     * @param tasks empty means the model's suite
     */
    Receipt submitRecipe(ObjectNode recipe, List<TaskChoice> tasks, String origin);

    /** Checks a checkpoint and queues its measuring. */
    Receipt submitCheckpoint(CheckpointOffer offer, List<TaskChoice> tasks, String origin);

    /** Queues the measuring of an unquantized model. */
    Receipt submitBase(String model, List<TaskChoice> tasks, String origin);

    /** What {@link #submitRecipe} would answer, without storing anything: for a form while it is filled in. */
    Receipt check(ObjectNode recipe, List<TaskChoice> tasks);

    Optional<SubmissionView> status(long id);

    /** @return false if there is no such submission or its run is over */
    boolean cancel(long id);
}
