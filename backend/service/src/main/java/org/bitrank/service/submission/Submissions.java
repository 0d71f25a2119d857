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

    /** The most repeats of one recipe. */
    int MOST_REPEATS = 10;

    /**
     * Queues the recipe and repeats of it with the following seeds of calibration, which boards show as one row with its spread.
     *
     * @param repeats runs in all, from 1 to {@link #MOST_REPEATS}; more than one only for methods that look at data
     * @return what came of the first
     */
    Receipt submitRepeats(ObjectNode recipe, int repeats, List<TaskChoice> tasks, String origin);

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
