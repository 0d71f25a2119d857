package org.bitrank.engine.quantize.calibration;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.model.PictureReader;
import org.bitrank.engine.quantize.recipe.CalibrationSettings;
import org.bitrank.engine.statistics.PythonRandom;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.BitRankException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The token sequences that a method looks at.
 *
 * @param source what the text was: a file's name
 * @param sha256 of the text as UTF-8
 * @param sequenceLength tokens of every sequence; of the longest where they differ
 * @param pictures that tokens below zero are of; null where there is text alone
 */
public record Calibration(String source, String sha256, int sequenceLength, int[][] sequences, CalibrationPictures pictures) {
    private static final Path REFERENCE = Path.of("datasets", "reference", "text", "calibration.jsonl");
    private static final Path REFERENCE_PICTURES = REFERENCE.resolveSibling("calibration_pictures.jsonl");

    /** Somewhat more than English has. */
    private static final int CHARACTERS_A_TOKEN = 5;

    /** Tokens at the end of a cut-off text that may differ from those of the whole text. */
    private static final int SPARE = 512;

    /** A text and where it came from. */
    private record Corpus(String text, String source) {}

    /** Text alone. */
    public Calibration(String source, String sha256, int sequenceLength, int[][] sequences) {
        this(source, sha256, sequenceLength, sequences, null);
    }

    /**
     * @param positions as many as the model has: sequences are no longer
     * @param data reads data sets in the hub's layout
     * @param reader what the model is shown of pictures; null for one that reads text alone
     */
    public static Calibration load(CalibrationSettings settings, int positions, Tokenizer tokenizer, DataFolders data, PictureReader reader) {
        int length = Math.min(settings.sequenceLength(), positions);
        String dataset = settings.dataset();
        if (settings.showsPictures()) {
            if (reader == null) {
                throw BitRankException.badInput("calibration.dataset %s shows pictures, and this model reads text alone; choose a data set of text"
                        .formatted(dataset));
            }
            var pictures = CalibrationPictures.of(reader);
            return dataset.equals(CalibrationSettings.REFERENCE_PICTURES)
                    ? mixed(settings, length, tokenizer, pictures)
                    : shown(PictureCorpus.read(Path.of(dataset.substring(CalibrationSettings.PICTURES.length()))), settings.samples(), length, tokenizer, pictures);
        }
        if (dataset.startsWith(CalibrationSettings.TEXT)) {
            var corpus = file(Path.of(dataset.substring(CalibrationSettings.TEXT.length())));
            int[] tokens = beginning(corpus.text(), (long) settings.samples() * length, tokenizer);
            return of(corpus, length, consecutive(tokens, settings.samples(), length, corpus.source()));
        }
        var corpus = dataset.equals(CalibrationSettings.REFERENCE) ? reference() : wikitext2(data);
        int[] tokens = tokenizer.encodeWithSpecial(corpus.text());
        return of(corpus, length, windows(tokens, settings.samples(), length, settings.seed(), corpus.source()));
    }

    private static Calibration shown(PictureCorpus corpus, int samples, int length, Tokenizer tokenizer, CalibrationPictures pictures) {
        int[][] sequences = corpus.sequences(samples, length, tokenizer, pictures.tokens());
        return new Calibration(corpus.file().getFileName().toString(), Sha256.of(corpus.content()), longest(sequences), sequences, pictures);
    }

    /** In turn a row that shows a picture and a window of text, as long as there are rows; then windows. */
    private static Calibration mixed(CalibrationSettings settings, int length, Tokenizer tokenizer, CalibrationPictures pictures) {
        var corpus = PictureCorpus.read(installed(REFERENCE_PICTURES));
        int rows = Math.min(corpus.rows().size(), (settings.samples() + 1) / 2);
        int[][] shown = corpus.sequences(rows, length, tokenizer, pictures.tokens());
        var text = reference();
        int[][] windows = windows(tokenizer.encodeWithSpecial(text.text()), settings.samples() - rows, length, settings.seed(), text.source());
        var sequences = new int[settings.samples()][];
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = i / 2 < rows && i % 2 == 0 ? shown[i / 2] : windows[i - Math.min(rows, i / 2 + 1)];
        }
        return new Calibration(corpus.file().getFileName() + " and " + text.source(), Sha256.of(corpus.content() + text.text()), longest(sequences),
                sequences, pictures);
    }

    private static int longest(int[][] sequences) {
        return Stream.of(sequences).mapToInt(sequence -> sequence.length).max().orElse(0);
    }

    private static Calibration of(Corpus corpus, int length, int[][] sequences) {
        return new Calibration(corpus.source(), Sha256.of(corpus.text()), length, sequences);
    }

    /**
     * At least so many tokens from the start, if the text has them: a long text takes much memory on its way to tokens. Where a
     * text is cut off shows in its last tokens, so some more are asked for than are going to be used.
     */
    static int[] beginning(String text, long tokens, Tokenizer tokenizer) {
        for (long length = CHARACTERS_A_TOKEN * (tokens + SPARE); length < text.length(); length *= 2) {
            int line = text.lastIndexOf('\n', (int) length);
            int end = line > 0 ? line : (int) length - (Character.isHighSurrogate(text.charAt((int) length - 1)) ? 1 : 0);
            int[] found = tokenizer.encode(text.substring(0, end));
            if (found.length >= tokens + SPARE) {
                return found;
            }
        }
        return tokenizer.encode(text);
    }

    /** Windows from the start, side by side. */
    private static int[][] consecutive(int[] tokens, int samples, int length, String source) {
        if ((long) samples * length > tokens.length) {
            throw BitRankException.badInput(("%s has %,d tokens, too few for %d samples of %d; lower calibration.samples or"
                            + " calibration.sequence-length, or give more text")
                    .formatted(source, tokens.length, samples, length));
        }
        var sequences = new int[samples][];
        for (int i = 0; i < samples; i++) {
            sequences[i] = Arrays.copyOfRange(tokens, i * length, (i + 1) * length);
        }
        return sequences;
    }

    /** GPTQ's own draw: {@code random.seed(seed)}, then {@code randint(0, n - length - 1)} for each window's start. */
    private static int[][] windows(int[] tokens, int samples, int length, long seed, String source) {
        if (tokens.length <= length) {
            throw BitRankException.badInput("%s has %,d tokens, too few for a window of %d; lower calibration.sequence-length"
                    .formatted(source, tokens.length, length));
        }
        var random = new PythonRandom(seed);
        var sequences = new int[samples][];
        for (int i = 0; i < samples; i++) {
            int start = random.between(0, tokens.length - length - 1);
            sequences[i] = Arrays.copyOfRange(tokens, start, start + length);
        }
        return sequences;
    }

    private static Corpus file(Path file) {
        try {
            // Without newline translation: the text is what the bytes say.
            return new Corpus(Files.readString(file), file.getFileName().toString());
        } catch (MalformedInputException notText) {
            throw BitRankException.badInput("calibration text " + file + " is not UTF-8", notText);
        } catch (IOException missing) {
            throw new BitRankException(
                    org.bitrank.kernels.FailureClass.DATA_MISSING,
                    "calibration text " + file + " cannot be read; give text: and the path of a UTF-8 file",
                    missing);
        }
    }

    private static Corpus wikitext2(DataFolders data) {
        var rows = data.texts("Salesforce/wikitext", "wikitext-2-raw-v1", "train");
        return new Corpus(String.join("\n\n", rows), "Salesforce/wikitext wikitext-2-raw-v1 train");
    }

    private static Path installed(Path file) {
        return ModelCatalog.installation()
                .map(root -> root.resolve(file))
                .filter(Files::isRegularFile)
                .orElseThrow(() -> BitRankException.dataMissing(file
                        + " was not found; start with the bitrank launcher, or name another calibration.dataset"));
    }

    private static Corpus reference() {
        Path file = installed(REFERENCE);
        try {
            List<String> texts = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                texts.add(JsonMapper.shared().readTree(line).path("text").asString());
            }
            return new Corpus(texts.stream().collect(Collectors.joining("\n\n")), REFERENCE.toString());
        } catch (IOException | JacksonException unreadable) {
            throw BitRankException.badInput(file + " is damaged: " + unreadable.getMessage(), unreadable);
        }
    }
}
