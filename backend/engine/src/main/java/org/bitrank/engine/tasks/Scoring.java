package org.bitrank.engine.tasks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.template.PythonText;

/** From a model's answers to the metrics of one document. */
final class Scoring {
    private final TaskDefinition task;
    private final Prompts prompts;

    Scoring(TaskDefinition task, Prompts prompts) {
        this.task = task;
        this.prompts = prompts;
    }

    List<ItemMetric> score(Map<String, Object> document, List<Response> responses) {
        var metrics = new ArrayList<ItemMetric>();
        for (FilterPipeline filter : task.filters()) {
            Map<String, Score> all = scores(document, responses, filter);
            for (MetricDefinition metric : task.metrics()) {
                Score score = all.get(metric.name());
                if (score != null) {
                    metrics.add(new ItemMetric(metric.name(), filter.name(), score));
                }
            }
        }
        return metrics;
    }

    private Map<String, Score> scores(Map<String, Object> document, List<Response> responses, FilterPipeline filter) {
        if (task.results() != null) {
            return task.results().apply(document, responses);
        }
        return switch (task.outputType()) {
            case LOGLIKELIHOOD -> {
                var scored = (Response.Scored) responses.getFirst();
                yield Map.of("perplexity", Score.of(scored.logLikelihood()), "acc", Score.of(scored.greedy() ? 1 : 0));
            }
            case LOGLIKELIHOOD_ROLLING -> Wikitext.scores(String.valueOf(prompts.target(document)), responses);
            case MULTIPLE_CHOICE -> choice(document, responses);
            case GENERATE_UNTIL -> generated(document, filter.apply(((Response.Generated) responses.getFirst()).text(), document));
            case TOKEN_WINDOWS -> throw new IllegalStateException("windows are scored one by one");
        };
    }

    private Map<String, Score> choice(Map<String, Object> document, List<Response> responses) {
        List<String> choices = prompts.choices(document);
        int count = choices.size();
        var likelihoods = new double[count];
        var greedy = new boolean[count];
        var byLength = new double[count];
        var byBytes = new double[count];
        for (int i = 0; i < count; i++) {
            var scored = (Response.Scored) responses.get(i);
            likelihoods[i] = scored.logLikelihood();
            greedy[i] = scored.greedy();
            byLength[i] = likelihoods[i] / PythonText.length(choices.get(i));
            byBytes[i] = likelihoods[i] / choices.get(i).getBytes(StandardCharsets.UTF_8).length;
        }
        List<Integer> gold = gold(document, choices);
        var scores = new LinkedHashMap<String, Score>();
        scores.put("acc", hit(gold, likelihoods));
        scores.put("acc_norm", hit(gold, byLength));
        scores.put("acc_bytes", hit(gold, byBytes));
        scores.put("f1", new Score(best(likelihoods), gold.getFirst()));
        scores.put("mcc", new Score(best(likelihoods), gold.getFirst()));
        scores.put("exact_match", Score.of(gold.stream().anyMatch(right -> right >= 0 && greedy[right]) ? 1 : 0));
        scores.put("brier_score", brier(gold.getFirst(), likelihoods));
        if (responses.size() == 2 * count) {
            var gain = new double[count];
            for (int i = 0; i < count; i++) {
                gain[i] = likelihoods[i] - ((Response.Scored) responses.get(count + i)).logLikelihood();
            }
            scores.put("acc_mutual_info", hit(gold, gain));
        }
        return scores;
    }

    /** The numbers of the right choices; −1 for a label that is none of them, which nothing can hit. */
    private List<Integer> gold(Map<String, Object> document, List<String> choices) {
        Object gold = prompts.isMultipleInput() ? prompts.question(document) : prompts.target(document);
        var numbers = new ArrayList<Integer>();
        for (Object one : gold instanceof List<?> several ? several : java.util.Collections.singletonList(gold)) {
            numbers.add(switch (one) {
                case Long index -> index >= 0 && index < choices.size() ? Math.toIntExact(index) : -1;
                case Boolean flag -> flag ? 1 : 0;
                case null -> -1;
                default -> choices.indexOf(String.valueOf(one));
            });
        }
        return numbers;
    }

    private static Score hit(List<Integer> gold, double[] values) {
        return Score.of(gold.contains(best(values)) ? 1 : 0);
    }

    private static int best(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    private static Score brier(int gold, double[] likelihoods) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double likelihood : likelihoods) {
            largest = Math.max(largest, likelihood);
        }
        double sum = 0;
        for (double likelihood : likelihoods) {
            sum += Math.exp(likelihood - largest);
        }
        double brier = 0;
        for (int i = 0; i < likelihoods.length; i++) {
            double distance = Math.exp(likelihoods[i] - largest) / sum - (i == gold ? 1 : 0);
            brier += distance * distance;
        }
        return Score.of(brier);
    }

    private Map<String, Score> generated(Map<String, Object> document, String answer) {
        Object target = prompts.target(document);
        if (task.choice() != null && target instanceof Long index) {
            target = prompts.choices(document).get(Math.toIntExact(index));
        }
        List<?> right = target instanceof List<?> several ? several : List.of(target);
        var scores = new LinkedHashMap<String, Score>();
        for (MetricDefinition metric : task.metrics()) {
            if (metric.name().equals("anls")) {
                scores.put(metric.name(), Score.of(Anls.of(right.stream().map(String::valueOf).toList(), PythonText.strip(answer, null))));
                continue;
            }
            boolean same = right.stream().anyMatch(one -> metric.matching().same(answer, String.valueOf(one)));
            scores.put(metric.name(), Score.of(same ? 1 : 0));
        }
        return scores;
    }
}
