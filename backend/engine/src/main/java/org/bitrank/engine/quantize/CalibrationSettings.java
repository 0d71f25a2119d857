package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.NearNames;

/** The text whose activations a method looks at. */
public record CalibrationSettings(
        @Option(
                        help = "wikitext2 (its training part, random windows), reference (the embedded corpus, random windows),"
                                + " text:FILE (a UTF-8 file, consecutive windows), or auto: reference for models of the"
                                + " embedded suite, otherwise wikitext2.",
                        defaultValue = "auto")
                String dataset,
        @Option(help = "Sequences.", defaultValue = "128", minimum = 1, maximum = 65536) int samples,
        @Option(help = "Tokens of a sequence, at most as many as the model has positions.", defaultValue = "2048", minimum = 8, maximum = 131072) int sequenceLength,
        @Option(
                        help = "Seed of the random windows.",
                        defaultValue = "0",
                        minimum = 0,
                        maximum = 4294967295.0)
                long seed) {
    static final String AUTO = "auto";
    static final String WIKITEXT2 = "wikitext2";
    static final String REFERENCE = "reference";
    static final String TEXT = "text:";

    /** The same with the data set named that {@code auto} means for this model. */
    CalibrationSettings forModel(String model) {
        if (!dataset.equals(AUTO)) {
            return this;
        }
        return new CalibrationSettings(
                model.startsWith("reference/") ? REFERENCE : WIKITEXT2, samples, sequenceLength, seed);
    }

    private boolean knownDataset() {
        return List.of(AUTO, WIKITEXT2, REFERENCE).contains(dataset)
                || (dataset.startsWith(TEXT) && dataset.length() > TEXT.length());
    }

    /** Tells what is wrong with the values together. */
    void check(List<RecipeProblem> problems) {
        if (!knownDataset()) {
            problems.add(new RecipeProblem(
                    "calibration.dataset",
                    "'" + dataset + "' is " + NearNames.unknown(dataset, List.of(WIKITEXT2, REFERENCE, "text:FILE", AUTO))));
        }
    }
}
