package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.bitrank.engine.image.ImageDecoder;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.kernels.BitRankException;

/** Brings a task and its data together. */
final class Preparation {
    private final Task task;
    private final TaskDefinition definition;
    private final DataSource data;
    private final Map<String, DataSet> splits = new LinkedHashMap<>();
    private final Set<ImageSource> checked = new HashSet<>();

    Preparation(Task task, TaskDefinition definition, DataSource data) {
        this.task = task;
        this.definition = definition;
        this.data = data;
    }

    PreparedTask prepare(int shots, Integer limit, PromptReader reader) {
        String split = definition.evaluatedSplit();
        List<Map<String, Object>> documents = prepared(rows(split), definition.preparation());
        if (documents.isEmpty()) {
            throw BitRankException.badInput(task.name() + ": the split '" + split + "' is empty; check its data file");
        }
        var prompts = prompts(documents, shots, reader);
        var skipped = new ArrayList<SkippedDocument>();
        var items = definition.windows() == null
                ? items(documents, prompts, shots, limit, reader, skipped)
                : List.of(windows(documents, prompts, limit));
        return new PreparedTask(task, items, shots, files(), new Scoring(definition, prompts), documents.size(), skipped, reader.conversation());
    }

    private Prompts prompts(List<Map<String, Object>> documents, int shots, PromptReader reader) {
        if (shots > 0 && !definition.pictures().isEmpty()) {
            // Examples may come from other files, beside which their pictures lie.
            pool();
        }
        return new Prompts(definition, documents.getFirst(), PictureValues.beside(files()), reader.conversation());
    }

    private List<DataFile> files() {
        return splits.values().stream().flatMap(set -> set.files().stream()).distinct().toList();
    }

    private List<Item> items(
            List<Map<String, Object>> documents, Prompts prompts, int shots, Integer limit, PromptReader reader,
            List<SkippedDocument> skipped) {
        int count = limit == null ? documents.size() : Math.min(limit, documents.size());
        FewshotSettings fewshot = definition.fewshot();
        var sampler = new FewshotSampler(shots == 0 ? List.of() : pool(), fewshot.firstN(), Task.FEWSHOT_SEED, task.name());
        // lm-evaluation-harness looks at the names of the splits, and takes two absent ones for the same.
        boolean sameSplit = java.util.Objects.equals(fewshot.split(), definition.testSplit());
        var items = new ArrayList<Item>(count);
        for (int i = 0; i < count; i++) {
            Map<String, Object> document = documents.get(i);
            var examples = sampler.examples(shots, sameSplit ? document : null);
            try {
                List<Request> requests = requests(document, examples, prompts, reader.tokens());
                check(requests, reader);
                items.add(new Item(i, document, requests, prompts.target(document)));
            } catch (BitRankException failure) {
                skipped.add(skipped(i, failure));
            }
        }
        if (items.isEmpty()) {
            throw BitRankException.badInput("%s: all %d documents are left out for their pictures; the first: %s"
                    .formatted(task.name(), count, skipped.getFirst().reason()));
        }
        return items;
    }

    /** Before anything runs: a broken picture must not show after hours. Equal pictures are looked at once. */
    private void check(List<Request> requests, PromptReader reader) {
        for (Request request : requests) {
            List<ImageSource> images = switch (request) {
                case Request.LogLikelihood pair -> pair.images();
                case Request.Generate prompt -> prompt.images();
                case Request.Rolling _, Request.Windows _ -> List.of();
            };
            for (ImageSource image : images) {
                if (!checked.contains(image)) {
                    ImageDecoder.decode(image);
                    checked.add(image);
                }
            }
            if (reader.trial() != null && !images.isEmpty()) {
                reader.trial().accept(request);
            }
        }
    }

    /** Throws the failure with the document's number unless the document is to be left out. */
    private SkippedDocument skipped(int document, BitRankException failure) {
        boolean bad = switch (failure.failureClass()) {
            case BAD_INPUT, DATA_MISSING, UNSUPPORTED -> true;
            default -> false;
        };
        if (definition.pictures().isEmpty()) {
            throw failure;
        }
        if (!bad || definition.badPictures() == BadPictures.STOP) {
            throw new BitRankException(failure.failureClass(), "document %d of %s: %s%s".formatted(document, task.name(), failure.getMessage(),
                    bad ? " ('on_bad_image: skip' in the task file leaves such documents out)" : ""), failure);
        }
        return new SkippedDocument(document, failure.getMessage());
    }

    private List<Request> requests(
            Map<String, Object> document, List<Map<String, Object>> examples, Prompts prompts, ToIntFunction<String> tokens) {
        List<Request> requests = prompts.requests(document, examples);
        for (int left = examples.size() - 1; left >= 0 && tokens != null && isTooLong(requests, tokens); left--) {
            requests = prompts.requests(document, examples.subList(0, left));
        }
        return requests;
    }

    private boolean isTooLong(List<Request> requests, ToIntFunction<String> tokens) {
        int most = definition.maxContextTokens();
        return most > 0 && switch (requests.getFirst()) {
            case Request.LogLikelihood pair -> tokens.applyAsInt(pair.context()) > most;
            case Request.Generate prompt -> tokens.applyAsInt(prompt.context()) > most;
            case Request.Rolling _, Request.Windows _ -> false;
        };
    }

    private Item windows(List<Map<String, Object>> documents, Prompts prompts, Integer limit) {
        TaskDefinition.WindowSettings windows = definition.windows();
        int count = windows.documents() == 0 ? documents.size() : Math.min(windows.documents(), documents.size());
        var texts = new ArrayList<String>(count);
        for (Map<String, Object> document : documents.subList(0, count)) {
            texts.add(String.valueOf(prompts.question(document)));
        }
        int most = limit == null ? windows.limit() : windows.limit() == 0 ? limit : Math.min(limit, windows.limit());
        String text = String.join(windows.join(), texts);
        return new Item(0, Map.of(), List.of(new Request.Windows(text, windows.sequenceLength(), most)), null);
    }

    private List<Map<String, Object>> pool() {
        FewshotSettings fewshot = definition.fewshot();
        if (fewshot.split() != null) {
            return prepared(rows(fewshot.split()), fewshot.preparation());
        }
        if (fewshot.samples() != null) {
            return fewshot.samples();
        }
        String split = definition.trainingSplit() != null
                ? definition.trainingSplit()
                : definition.validationSplit() != null ? definition.validationSplit() : definition.testSplit();
        return prepared(rows(split), definition.preparation());
    }

    private List<Map<String, Object>> rows(String split) {
        return splits.computeIfAbsent(split, name -> data.read(definition, name)).rows();
    }

    private static List<Map<String, Object>> prepared(List<Map<String, Object>> rows, TaskFunctions.Preparation preparation) {
        return preparation == null ? rows : preparation.apply(rows);
    }
}
