package org.bitrank.service.submission;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The way in. */
public interface Submissions {
    /** Checks a recipe and queues its run. */
    Receipt submitRecipe(ObjectNode recipe, Measuring measuring, String origin);

    /** The most repeats of one recipe. */
    int MOST_REPEATS = 10;

    /**
     * Queues the recipe and repeats of it with the following seeds of calibration, which boards show as one row with its spread.
     *
     * @param repeats runs in all, from 1 to {@link #MOST_REPEATS}; more than one only for methods that look at data
     * @return what came of the first
     */
    Receipt submitRepeats(ObjectNode recipe, int repeats, Measuring measuring, String origin);

    /** Checks a checkpoint and queues its measuring. */
    Receipt submitCheckpoint(CheckpointOffer offer, Measuring measuring, String origin);

    /** Queues the measuring of an unquantized model. */
    Receipt submitBase(String model, Measuring measuring, String origin);

    /** What {@link #submitRecipe} would answer, without storing anything: for a form while it is filled in. */
    Receipt check(ObjectNode recipe, Measuring measuring);

    Optional<SubmissionView> status(long id);

    /** @return false if there is no such submission or its run is over */
    boolean cancel(long id);
}
