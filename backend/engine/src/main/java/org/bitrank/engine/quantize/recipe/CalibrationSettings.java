package org.bitrank.engine.quantize.recipe;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bitrank.engine.NearNames;

/** The text, or the pictures and text, whose activations a method looks at. */
public record CalibrationSettings(
        @Option(
                        help = "wikitext2 (its training part, random windows), reference (the embedded corpus, random windows),"
                                + " reference-pictures (in turn a text of it that shows a picture and a window of it), text:FILE (a UTF-8"
                                + " file, consecutive windows), pictures:FILE (JSON lines with image and text, in order), or auto:"
                                + " reference for models of the embedded suite, reference-pictures for those of them that are shown"
                                + " pictures, otherwise wikitext2.",
                        defaultValue = "auto")
                String dataset,
        @Option(help = "Sequences.", defaultValue = "128", minimum = 1, maximum = 65536) int samples,
        @Option(help = "Tokens of a sequence, at most as many as the model has positions; texts that show pictures have at most so many.", defaultValue = "2048", minimum = 8, maximum = 131072) int sequenceLength,
        @Option(
                        help = "Seed of the random windows.",
                        defaultValue = "0",
                        minimum = 0,
                        maximum = 4294967295.0)
                long seed) {
    /** The key in a recipe. */
    public static final String DATASET = "calibration.dataset";
    static final String AUTO = "auto";
    static final String WIKITEXT2 = "wikitext2";
    public static final String REFERENCE = "reference";
    public static final String REFERENCE_PICTURES = "reference-pictures";
    public static final String TEXT = "text:";
    public static final String PICTURES = "pictures:";
    private static final String EMBEDDED = "reference/";
    private static final String EMBEDDED_WITH_PICTURES = "reference/micro-llava";

    /** The same with the data set named that {@code auto} means for this model. */
    CalibrationSettings forModel(String model) {
        if (!dataset.equals(AUTO)) {
            return this;
        }
        String usual = model.equals(EMBEDDED_WITH_PICTURES) ? REFERENCE_PICTURES : model.startsWith(EMBEDDED) ? REFERENCE : WIKITEXT2;
        return new CalibrationSettings(usual, samples, sequenceLength, seed);
    }

    /** Whether sequences show pictures. */
    public boolean showsPictures() {
        return dataset.equals(REFERENCE_PICTURES) || dataset.startsWith(PICTURES);
    }

    /** The file that it names; empty where it names a data set. */
    public Optional<Path> file() {
        return Stream.of(TEXT, PICTURES).filter(dataset::startsWith).findFirst().map(kind -> Path.of(dataset.substring(kind.length())));
    }

    private boolean namesNoFile() {
        try {
            return file().isPresent() && file().orElseThrow().toString().isBlank();
        } catch (InvalidPathException noPath) {
            return true;
        }
    }

    private boolean knownDataset() {
        return List.of(AUTO, WIKITEXT2, REFERENCE, REFERENCE_PICTURES).contains(dataset)
                || Stream.of(TEXT, PICTURES).anyMatch(kind -> dataset.startsWith(kind) && dataset.length() > kind.length());
    }

    /** Tells what is wrong with the values together. */
    void check(List<RecipeProblem> problems) {
        if (knownDataset() && namesNoFile()) {
            problems.add(new RecipeProblem(DATASET, "'%s' holds no path of a file behind the colon".formatted(dataset)));
        }
        if (!knownDataset()) {
            problems.add(new RecipeProblem(
                    DATASET,
                    "'" + dataset + "' is " + NearNames.unknown(dataset, List.of(WIKITEXT2, REFERENCE, REFERENCE_PICTURES, "text:FILE", "pictures:FILE", AUTO))));
        }
    }
}
