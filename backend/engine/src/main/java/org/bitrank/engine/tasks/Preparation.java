package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.kernels.BitRankException;

/** Brings a task and its data together. */
final class Preparation {
    private final Task task;
    private final TaskDefinition definition;
    private final DataSource data;
    private final Map<String, DataSet> splits = new LinkedHashMap<>();

    Preparation(Task task, TaskDefinition definition, DataSource data) {
        this.task = task;
        this.definition = definition;
        this.data = data;
    }

    PreparedTask prepare(int shots, Integer limit) {
        String split = definition.evaluatedSplit();
        List<Map<String, Object>> documents = prepared(rows(split), definition.preparation());
        if (documents.isEmpty()) {
            throw BitRankException.badInput(task.name() + ": the split '" + split + "' is empty; check its data file");
        }
        var prompts = new Prompts(definition, documents.getFirst());
        var items = definition.windows() == null
                ? items(documents, prompts, shots, limit)
                : List.of(windows(documents, limit));
        var files = splits.values().stream().flatMap(set -> set.files().stream()).distinct().toList();
        return new PreparedTask(task, items, shots, files, new Scoring(definition, prompts), documents.size());
    }

    private List<Item> items(List<Map<String, Object>> documents, Prompts prompts, int shots, Integer limit) {
        int count = limit == null ? documents.size() : Math.min(limit, documents.size());
        FewshotSettings fewshot = definition.fewshot();
        var sampler = new FewshotSampler(shots == 0 ? List.of() : pool(), fewshot.firstN(), Task.FEWSHOT_SEED, task.name());
        // lm-evaluation-harness looks at the names of the splits, and takes two absent ones for the same.
        boolean sameSplit = java.util.Objects.equals(fewshot.split(), definition.testSplit());
        var items = new ArrayList<Item>(count);
        for (int i = 0; i < count; i++) {
            Map<String, Object> document = documents.get(i);
            var examples = sampler.examples(shots, sameSplit ? document : null);
            items.add(new Item(i, document, prompts.requests(document, examples), prompts.target(document)));
        }
        return items;
    }

    private Item windows(List<Map<String, Object>> documents, Integer limit) {
        var prompts = new Prompts(definition, documents.getFirst());
        var texts = new ArrayList<String>(documents.size());
        for (Map<String, Object> document : documents) {
            texts.add(String.valueOf(prompts.question(document)));
        }
        TaskDefinition.WindowSettings windows = definition.windows();
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
        return preparation == null ? rows : rows.stream().map(preparation::apply).toList();
    }
}
