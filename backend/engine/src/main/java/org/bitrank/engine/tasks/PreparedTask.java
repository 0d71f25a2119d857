package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.tokenizer.Conversation;

/** A task with its data: what to ask a model, and how to score the answers. */
public final class PreparedTask {
    private final Task task;
    private final List<Item> items;
    private final int shots;
    private final List<DataFile> files;
    private final Scoring scoring;
    private final int documents;
    private final List<SkippedDocument> skipped;
    private final Conversation conversation;

    PreparedTask(Task task, List<Item> items, int shots, List<DataFile> files, Scoring scoring, int documents, List<SkippedDocument> skipped,
            Conversation conversation) {
        this.task = task;
        this.items = List.copyOf(items);
        this.shots = shots;
        this.files = List.copyOf(files);
        this.scoring = scoring;
        this.documents = documents;
        this.skipped = List.copyOf(skipped);
        this.conversation = conversation;
    }

    public Task task() {
        return task;
    }

    /** In the order of the documents. A {@link OutputType#TOKEN_WINDOWS} task is one item with one request. */
    public List<Item> items() {
        return items;
    }

    /** Examples in front of each question. */
    public int shots() {
        return shots;
    }

    /** The data that went in, with their checksums. */
    public List<DataFile> files() {
        return files;
    }

    /** Documents of the split, whatever the limit. */
    public int originalDocuments() {
        return documents;
    }

    /** Documents that nothing is asked about because of their pictures; see {@code on_bad_image}. */
    public List<SkippedDocument> skipped() {
        return skipped;
    }

    /** How the questions are put; empty for plain text. */
    public Optional<Conversation> conversation() {
        return Optional.ofNullable(conversation);
    }

    /** What a filter makes of a generated text. */
    public String filtered(String filter, String text, Item item) {
        for (FilterPipeline pipeline : task.definition().filters()) {
            if (pipeline.name().equals(filter)) {
                return pipeline.apply(text, item.document());
            }
        }
        throw new IllegalArgumentException(task.name() + " has no filter " + filter);
    }

    /** Scores of all documents, in their order, with what is formed over groups of them. */
    public List<ItemScores> settled(List<ItemScores> items) {
        return GroupedScores.settled(task.definition(), items);
    }

    /** One entry for the document; for windows one for each window. Responses are in the order of the requests. */
    public List<ItemScores> score(Item item, List<? extends Response> responses) {
        if (task.outputType() != OutputType.TOKEN_WINDOWS) {
            return List.of(new ItemScores(item.documentId(), scoring.score(item.document(), List.copyOf(responses))));
        }
        var windows = new ArrayList<ItemScores>(responses.size());
        for (int i = 0; i < responses.size(); i++) {
            var window = (Response.Window) responses.get(i);
            windows.add(new ItemScores(i, List.of(new ItemMetric("perplexity", "none", Score.of(window.meanNll())))));
        }
        return windows;
    }
}
