package org.bitrank.web;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.service.picture.Pictures;
import org.bitrank.service.result.NewRow;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRecorder;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.RowDetail.BitsOfClass;
import org.bitrank.service.result.RowDetail.NamedValue;
import org.bitrank.service.result.RowDetail.PartOfBits;
import org.bitrank.service.result.RowDetail.RecordsFile;
import org.bitrank.service.result.Score;
import org.bitrank.service.settings.ServiceSettings;

/** Rows in the shape of measured ones, for tests of pages. */
public final class SampleRows {
    public static final String MODEL = "example/small";
    private static final String[] TASKS = {"piqa", "arc_easy", "hellaswag"};

    private static final long RUN = 1;
    private static final int ROWS = 9;

    private SampleRows() {}

    /** A base and the recipes of a small study; returns the base's id. */
    public static long study(ResultRecorder recorder) {
        long base = recorder.record(row(MODEL, "none", "float16", 16, null, null, 0, 0, 0, 16, 269, 1));
        recorder.record(row(MODEL, "rtn", "rtn 8-bit g64", 8, 64, false, 0.0003, 0.001, 0.001, 8.38, 168, 2));
        recorder.record(row(MODEL, "rtn", "rtn 8-bit g64 sym", 8, 64, true, 0.003, 0.001, 0.002, 8.25, 166, 3));
        recorder.record(row(MODEL, "gptq", "gptq 4-bit g64 act-order", 4, 64, false, 0.154, 0.030, 0.157, 4.31, 114, 4));
        recorder.record(row(MODEL, "gptq", "gptq 4-bit g64", 4, 64, false, 0.256, 0.052, 0.255, 4.31, 114, 5));
        recorder.record(row(MODEL, "rtn", "rtn 4-bit g64", 4, 64, false, 0.278, 0.021, 0.327, 4.31, 114, 6));
        recorder.record(row(MODEL, "rtn", "rtn 4-bit channel sym", 4, 0, true, 0.923, 0.084, 1.063, 4.02, 110, 7));
        recorder.record(row(MODEL, "gptq", "gptq 3-bit g64", 3, 64, false, 1.007, 0.110, 0.971, 3.30, 100, 8));
        recorder.record(row(MODEL, "rtn", "rtn 3-bit channel", 3, 0, false, 3.281, 0.417, 3.302, 3.02, 97, 9));
        return base;
    }

    /** The items that the study's rows answered: forty of piqa, whose prompts are long now and then, and four windows of text. */
    public static void records(ServiceSettings settings, Pictures pictures) {
        try {
            Path folder = Files.createDirectories(settings.records(RUN));
            ImageSource picture = picture();
            pictures.keep(picture);
            for (int number = 1; number <= ROWS; number++) {
                var piqa = new StringBuilder();
                for (int document = 0; document < 40; document++) {
                    piqa.append(item(document, number, picture));
                }
                Files.writeString(folder.resolve("piqa-" + number + ".jsonl"), piqa);
                var windows = new StringBuilder();
                for (int window = 0; window < 4; window++) {
                    windows.append("{\"doc_id\":%d,\"tokens\":2047,\"mean_nll\":%s}\n".formatted(window, 3 + 0.1 * window + 0.05 * number));
                }
                Files.writeString(folder.resolve("wikitext2_gptq-" + number + ".jsonl"), windows);
            }
            for (int number : new int[] {1, ROWS}) {
                var written = new StringBuilder();
                for (int document = 0; document < 6; document++) {
                    written.append(written(document, number > 1));
                }
                Files.writeString(folder.resolve("gsm8k-" + number + ".jsonl"), written);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A broken model repeats itself or is silent where the base answers, and now and then it does not. */
    private static String written(int document, boolean broken) {
        String answer = !broken || document == 4 ? "42" : document % 2 == 0 ? "" : "the the the the the the the the the the";
        return """
                {"doc_id":%d,"target":"42","arguments":{"gen_args_0":{"arg_0":"How much is %d + %d?","arg_1":{"until":[]}}},"resps":[["%s"]],"filtered_resps":["%s"],"filter":"none","metrics":["exact_match"],"exact_match":%s}
                """.formatted(document, document, 42 - document, answer, answer, answer.equals("42") ? "1.0" : "0.0");
    }

    /** The base is right three times of four; each further row loses every ninth item or so and gains others. */
    private static String item(int document, int number, ImageSource picture) {
        boolean right = (document % 4 != 0) != (number > 1 && (document * 7 + number) % 9 == 0);
        String examples = document % 5 == 0 ? "Question: How to boil an egg?\\nAnswer: In water.\\n\\n".repeat(30) : "";
        // Every third item shows a picture, and every ninth two.
        String shown = document % 3 != 0 ? "" : ",\"arg_2\":{\"visual\":[%s]}".formatted(
                String.join(",", Collections.nCopies(document % 9 == 0 ? 2 : 1, "{\"sha256\":\"%s\",\"name\":\"bread.png\"}".formatted(picture.sha256()))));
        String prompt = examples + "Question: How do I keep <b>bread</b> & butter number " + document + "?\\nAnswer:";
        return """
                {"doc_id":%d,"target":"0","arguments":{"gen_args_0":{"arg_0":"%s","arg_1":" In a bread box, where it is dry."%s},"gen_args_1":{"arg_0":"%s","arg_1":" In the sun."}},                "resps":[[["%s","False"]],[["%s","False"]]],"filtered_resps":[["%s","False"],["%s","False"]],"filter":"none","metrics":["acc"],"acc":%s}
                """.formatted(document, prompt, shown, prompt, right ? -12.25 : -15.5, -13.0 - 0.1 * number, right ? -12.25 : -15.5, -13.0 - 0.1 * number, right ? "1.0" : "0.0");
    }

    private static ImageSource picture() throws IOException {
        var drawn = new BufferedImage(320, 200, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = drawn.createGraphics();
        canvas.setColor(Color.WHITE);
        canvas.fillRect(0, 0, 320, 200);
        canvas.setColor(new Color(0xb5651d));
        canvas.fillOval(40, 50, 240, 110);
        canvas.dispose();
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(drawn, "png", bytes);
        return ImageSource.of("bread.png", bytes.toByteArray());
    }

    /** Many rows of one model, from a fixed seed, written at once. */
    public static void many(ResultRecorder recorder, int count) {
        var random = new Random(11);
        var rows = new ArrayList<NewRow>(count);
        rows.add(row(MODEL, "none", "float16", 16, null, null, 0, 0, 0, 16, 269, 0));
        for (int i = 1; i < count; i++) {
            int bits = 2 + random.nextInt(7);
            double loss = Math.exp(-bits) * 12 * (0.4 + random.nextDouble());
            int group = new int[] {0, 32, 64, 128}[random.nextInt(4)];
            String method = random.nextBoolean() ? "rtn" : "gptq";
            rows.add(row(MODEL, method, method + " " + bits + "-bit " + (group == 0 ? "channel" : "g" + group), bits, group, random.nextBoolean(), loss, loss / 10, loss, bits + 0.3, 60 + 14 * bits, i));
        }
        recorder.replacePublished("many", rows);
    }

    /** The recipe of this label: {@code gptq 4-bit g64 sym act-order}. */
    private static Recipe recipe(String label) {
        String[] words = label.split(" ");
        List<String> rest = List.of(words).subList(2, words.length);
        String group = rest.contains("channel") ? "channel" : rest.getFirst().substring(1);
        return Recipe.parse("{model: %s, method: %s, weights: {bits: %s, group-size: %s, symmetric: %s}, options: {%s}}".formatted(
                MODEL, words[0], words[1].substring(0, 1), group, rest.contains("sym"), rest.contains("act-order") ? "act-order: true" : ""));
    }

    private static NewRow row(
            String model, String method, String label, int bits, Integer group, Boolean symmetric, double loss, double half, double divergence,
            double effective, int megabytes, int number) {
        boolean base = method.equals("none");
        var scores = new ArrayList<Score>();
        scores.add(new Score("wikitext2_gptq", "perplexity", "none", 24.15 * Math.exp(loss), null, 0.8, false, true,
                base ? null : 24.15, base ? null : loss, base ? null : loss - half, base ? null : loss + half, base ? null : 100 * Math.exp(-loss), List.of()));
        for (String task : TASKS) {
            scores.add(new Score(task, "acc", "none", 0.68 - 0.08 * loss, null, 0.011, true, true, base ? null : 0.68, base ? null : -0.08 * loss,
                    base ? null : -0.08 * loss - 0.01, base ? null : -0.08 * loss + 0.01, base ? null : 100 * (0.68 - 0.08 * loss) / 0.68, List.of()));
        }
        var records = new ArrayList<>(List.of(
                new RecordsFile("wikitext2_gptq", "wikitext2_gptq-" + number + ".jsonl", 1), new RecordsFile("piqa", "piqa-" + number + ".jsonl", 1)));
        if (number == 1 || number == ROWS) {
            // A task that the others did not run.
            scores.add(new Score("gsm8k", "exact_match", "none", base ? 1 : 1 / 6.0, null, 0.1, true, false, null, null, null, null, null, List.of()));
            records.add(new RecordsFile("gsm8k", "gsm8k-" + number + ".jsonl", 1));
        }
        var row = new ResultRow(
                0, Provenance.MEASURED, Instant.parse("2026-01-01T00:00:00Z").plusSeconds(number), model, method, label, (double) bits, null, group, symmetric,
                base, "standard", base ? "safetensors" : "compressed-tensors", "protocol-1", "WikiText-2, 2048-token windows, first 4, float32, no BOS", null,
                base ? null : divergence, base ? null : Math.exp(-1.5 * divergence), effective, megabytes * 1_000_000L, 911.0, 31.4, 1_400_000_000L,
                base ? null : 12.4, "cpu", "test processor, 2 cores", null, null, null, number == 8 ? "language + vision" : null, base ? null : recipe(label).naming(), false, scores);
        return NewRow.measured(
                new RowDetail(
                        row, RUN, base ? null : recipe(label).canonicalJson(), protocol(number),
                        List.of(new NamedValue("processor", "test processor")), List.of(new NamedValue("Java", "25")), List.of(new NamedValue("evaluate", "31 s")),
                        List.of(new BitsOfClass("linear layers", 210, 106_168_320, 57_200_000, effective), new BitsOfClass("embedding", 1, 28_311_552, 56_623_104, 16)),
                        base ? 0 : 8188, List.of("quantize block 30 of 30", "done"), "./bitrank eval --model " + model, List.of(),
                        records, List.of(), List.of(),
                        base ? List.of() : List.of(new PartOfBits("codes", bits * 13_271_040L, bits), new PartOfBits("scales", 3_317_760, effective - bits)),
                        number != 8 ? List.of() : List.of(new BitsOfClass("language", 272, 134_515_008, 100_000_000, 5.95),
                                new BitsOfClass("projector", 4, 884_736, 1_769_472, 16), new BitsOfClass("vision", 391, 303_507_456, 125_000_000, 3.29))),
                "hash-" + number);
    }

    /** One row is of a checkpoint that wishes for something that was not done. */
    private static List<NamedValue> protocol(int number) {
        var protocol = new ArrayList<>(List.of(new NamedValue("tasks", "wikitext2_gptq, piqa, arc_easy, hellaswag"),
                new NamedValue("wikitext2_gptq", "version 1, first 4"), new NamedValue("piqa", "version 1, first 40")));
        if (number == 7) {
            protocol.add(new NamedValue("note", "config.json wants the KV cache in int8 (kv_cache_scheme), which is not done here (float8 and symmetric integers under stored scales, one a tensor or a head, are):"
                    + " keys and values stay as they are computed"));
        }
        return protocol;
    }
}
