package org.bitrank.service.item;

import java.util.List;
import org.bitrank.engine.evaluate.AnswerFault;

/**
 * One item with the answers of the row and of its base.
 *
 * @param document its number in the data, from 0; for a text cut into windows the window's number
 * @param prompt what all choices have in front of them; null for a window, whose text the records leave out
 * @param pictures what the model is shown, in the order of the prompt's placeholders
 * @param choices the texts that were scored, or the one that was asked for; a window has one without a text
 * @param target the right answer as the task states it; null where there is none
 * @param metrics the item's metrics
 * @param base null without a base's record of the item
 */
public record ItemView(
        int document, String prompt, List<Picture> pictures, List<Choice> choices, String target, Answer value, Answer base, List<ItemFigure> metrics) {
    /**
     * A picture that is kept under its checksum.
     *
     * @param name what the data set calls it
     */
    public record Picture(String sha256, String name) {}

    /**
     * @param right whether the task names it as the right one; false for all where it does not say
     * @param value the row's log-likelihood of it, or null
     * @param base the base's, or null
     * @param greedy whether each of its tokens is the row's likeliest one
     * @param first whether it is the row's likeliest choice
     * @param baseFirst whether it is the base's likeliest choice
     */
    public record Choice(String text, boolean right, Double value, Double base, boolean greedy, boolean first, boolean baseFirst) {}

    /**
     * @param text what was written, or null where nothing is written
     * @param filtered what the task's filter made of it
     * @param degenerate why the text says nothing, whatever was asked; null where it may say something
     */
    public record Answer(Verdict verdict, String text, String filtered, AnswerFault degenerate) {
        /** Of a choice or a window, where nothing is written. */
        static Answer unwritten(Verdict verdict) {
            return new Answer(verdict, null, null, null);
        }
    }

    public record ItemFigure(String metric, Double value, Double base) {}
}
