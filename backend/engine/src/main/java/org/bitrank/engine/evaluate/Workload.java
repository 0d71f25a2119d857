package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bitrank.engine.image.PictureTokens.Picture;
import org.bitrank.engine.statistics.Clusters;
import org.bitrank.engine.model.GreedyGenerator;
import org.bitrank.engine.tasks.GenerationSettings;
import org.bitrank.engine.tasks.Item;
import org.bitrank.engine.tasks.PairEncoder;
import org.bitrank.engine.tasks.Request;
import org.bitrank.engine.tasks.Response;
import org.bitrank.engine.tasks.TokenPair;

/** All that a task asks of a model, in tokens, cut into steps; the same items and tokenizer give the same steps. */
final class Workload {
    /** What is run, logged and resumed as one. */
    sealed interface Step {
        /** @param firstRow number of positions scored in the steps before this one */
        record Score(ScoringBatch batch, long firstRow) implements Step {
            @Override
            public int finished() {
                return batch.finished();
            }
        }

        record Generate(int[] prompt, GenerationSettings settings) implements Step {
            @Override
            public int finished() {
                return 1;
            }
        }

        /** Passages and prompts that are done with this step. */
        int finished();
    }

    /** A request's answers: scores {@code first .. first + count - 1}, or generated text {@code first}. */
    private record Place(Request request, int first, int count) {}

    private final List<List<Place>> places = new ArrayList<>();
    private final List<Passage> passages = new ArrayList<>();
    private final List<Step.Generate> generations = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Set<Picture> pictures = new LinkedHashSet<>();
    private ForwardTokens forwardTokens;

    private Workload() {}

    static Workload of(List<Item> items, PairEncoder encoder, boolean sharesPrefixes) {
        var workload = new Workload();
        for (Item item : items) {
            var own = new ArrayList<Place>(item.requests().size());
            for (Request request : item.requests()) {
                own.add(workload.add(request, encoder));
            }
            workload.places.add(own);
        }
        workload.cutIntoSteps(sharesPrefixes);
        return workload;
    }

    private Place add(Request request, PairEncoder encoder) {
        int first = passages.size();
        request.images().forEach(image -> pictures.add(encoder.picture(image)));
        switch (request) {
            case Request.LogLikelihood pair -> addPair(encoder, encoder.encode(pair));
            case Request.Rolling rolling -> {
                for (TokenPair pair : encoder.rolling(rolling.text())) {
                    addPair(encoder, pair);
                }
            }
            case Request.Windows windows -> {
                for (int[] window : encoder.windows(windows)) {
                    passages.add(new Passage(window, window.length - 1));
                }
            }
            case Request.Generate generate -> {
                generations.add(new Step.Generate(encoder.prompt(generate), generate.settings()));
                return new Place(request, generations.size() - 1, 1);
            }
        }
        return new Place(request, first, passages.size() - first);
    }

    private void addPair(PairEncoder encoder, TokenPair pair) {
        passages.add(new Passage(encoder.fitted(pair), pair.continuation().length));
    }

    private void cutIntoSteps(boolean sharesPrefixes) {
        ScoringPlan plan = ScoringPlan.of(passages, sharesPrefixes);
        long row = 0;
        for (ScoringBatch batch : plan.batches()) {
            steps.add(new Step.Score(batch, row));
            row += batch.rows().length;
        }
        long run = plan.forwardTokens();
        long plain = plan.plainTokens();
        int[] before = {};
        for (Step.Generate generation : generations) {
            steps.add(generation);
            int length = generation.prompt().length;
            run += length - (sharesPrefixes ? GreedyGenerator.shared(before, generation.prompt()) : 0);
            plain += length;
            before = generation.prompt();
        }
        forwardTokens = new ForwardTokens(run, plain);
    }

    List<Step> steps() {
        return steps;
    }

    int passages() {
        return passages.size();
    }

    /** What one model runs for this, prompts included; generated tokens are left out. */
    ForwardTokens forwardTokens() {
        return forwardTokens;
    }

    /** What is shown, or null where nothing is. */
    PictureUse pictures() {
        return PictureUse.of(pictures);
    }

    /** Passages and prompts in all steps. */
    int size() {
        return passages.size() + generations.size();
    }

    /** The steps in a word: equal tokens cut into equal batches. */
    String fingerprint() {
        var fingerprint = new Fingerprint();
        for (Passage passage : passages) {
            fingerprint.add(passage.scored()).add(passage.tokens());
        }
        for (Step step : steps) {
            if (step instanceof Step.Score(ScoringBatch batch, long _)) {
                fingerprint.add(batch.tokens().tokens()).add(batch.passages()).add(batch.rows());
            }
        }
        for (Step.Generate generation : generations) {
            fingerprint.add(generation.prompt()).add(generation.settings().toString());
        }
        return fingerprint.hex();
    }

    /** Which document (or window of a text) each passage belongs to. */
    Clusters documents() {
        var documents = new ArrayList<Object>(passages.size());
        for (int item = 0; item < places.size(); item++) {
            for (Place place : places.get(item)) {
                for (int i = 0; i < place.count && !(place.request instanceof Request.Generate); i++) {
                    documents.add(place.request instanceof Request.Windows ? List.of(item, i) : item);
                }
            }
        }
        return Clusters.of(documents);
    }

    /** KL(base || model) at the scored positions of one item, passage by passage; empty without a base. */
    List<List<Float>> divergences(int item, StepResults results) {
        var divergences = new ArrayList<List<Float>>();
        for (Place place : places.get(item)) {
            for (int i = 0; i < place.count && !(place.request instanceof Request.Generate); i++) {
                BaseAgreement agreement = results.scores().get(place.first + i).agreement();
                if (agreement != null) {
                    divergences.add(agreement.divergences());
                }
            }
        }
        return List.copyOf(divergences);
    }

    /** The answers to one item's requests, in the terms of its task. */
    List<Response> responses(int item, StepResults results) {
        var responses = new ArrayList<Response>();
        for (Place place : places.get(item)) {
            List<PassageScore> scores = place.request instanceof Request.Generate
                    ? List.of()
                    : results.scores().subList(place.first, place.first + place.count);
            switch (place.request) {
                case Request.LogLikelihood _ -> responses.add(
                        new Response.Scored(scores.getFirst().logLikelihood(), scores.getFirst().greedy()));
                case Request.Rolling _ -> {
                    double sum = 0;
                    for (PassageScore score : scores) {
                        sum += score.logLikelihood();
                    }
                    responses.add(new Response.Scored(sum, false));
                }
                case Request.Windows _ -> {
                    for (PassageScore score : scores) {
                        responses.add(new Response.Window(score.tokens(), -score.logLikelihood() / score.tokens()));
                    }
                }
                case Request.Generate _ -> responses.add(new Response.Generated(results.texts().get(place.first)));
            }
        }
        return responses;
    }
}
