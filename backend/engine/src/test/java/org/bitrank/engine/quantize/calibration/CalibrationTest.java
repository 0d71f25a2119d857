package org.bitrank.engine.quantize.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.quantize.recipe.CalibrationSettings;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {
    private static Tokenizer tokenizer;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.of(ModelCatalog.resolve("reference/micro-llama"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private Calibration load(CalibrationSettings settings, int positions) {
        return Calibration.load(settings, positions, tokenizer, DataFolders.of(List.of(folder)), null);
    }

    @Test
    void textIsCutIntoConsecutiveWindowsFromItsStart() throws Exception {
        String text = "The river Ander runs through the town. ".repeat(20);
        Path file = Files.writeString(folder.resolve("words.txt"), text);
        int[] tokens = tokenizer.encode(text);
        var calibration = load(new CalibrationSettings("text:" + file, 3, 16, 0), 512);
        assertThat(calibration.sequences())
                .isDeepEqualTo(new int[][] {
                    Arrays.copyOfRange(tokens, 0, 16), Arrays.copyOfRange(tokens, 16, 32), Arrays.copyOfRange(tokens, 32, 48)
                });
        assertThat(calibration.source()).isEqualTo("words.txt");
    }

    @Test
    void theBeginningOfALongTextHasTheTokensOfTheWholeText() {
        var random = new java.util.Random(5);
        var text = new StringBuilder();
        while (text.length() < 40_000) {
            text.append(random.nextInt(9) == 0 ? "\n\n" : " ").append(random.nextInt(5) == 0 ? "1,024 é𝄞" : "Ander river");
        }
        int[] whole = tokenizer.encode(text.toString());
        for (int wanted : new int[] {1, 100, 1000, whole.length}) {
            int[] beginning = Calibration.beginning(text.toString(), wanted, tokenizer);
            assertThat(Arrays.copyOf(beginning, wanted)).isEqualTo(Arrays.copyOf(whole, wanted));
        }
        assertThat(Calibration.beginning(text.toString(), 100, tokenizer).length).isLessThan(whole.length);
    }

    @Test
    void windowsAreNoLongerThanTheModelHasPositions() {
        assertThat(load(new CalibrationSettings("reference", 2, 2048, 0), 512).sequenceLength()).isEqualTo(512);
    }

    @Test
    void randomWindowsFollowTheSeed() {
        var settings = new CalibrationSettings("reference", 4, 64, 7);
        assertThat(load(settings, 512).sequences()).isDeepEqualTo(load(settings, 512).sequences());
        assertThat(load(settings, 512).sequences())
                .isNotEqualTo(load(new CalibrationSettings("reference", 4, 64, 8), 512).sequences());
    }

    @Test
    void wikitext2JoinsTheRowsOfItsTrainingPartWithBlankLines() throws Exception {
        Path split = folder.resolve("Salesforce__wikitext/wikitext-2-raw-v1/train.jsonl");
        Files.createDirectories(split.getParent());
        Files.writeString(split, "{\"text\": \"First row of text.\"}\n{\"text\": \"\"}\n{\"text\": \"Last row of text.\"}\n");
        var calibration = load(new CalibrationSettings("wikitext2", 1, 8, 0), 512);
        assertThat(calibration.sha256()).isEqualTo(Sha256.of("First row of text.\n\n\n\nLast row of text."));
    }

    @Test
    void missingDataSayWhereToPutThem() {
        assertThatThrownBy(() -> load(new CalibrationSettings("wikitext2", 1, 8, 0), 512))
                .isInstanceOfSatisfying(
                        BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.DATA_MISSING))
                .hasMessageContaining("Salesforce__wikitext/wikitext-2-raw-v1/train.{jsonl,json,parquet,csv");
    }

    @Test
    void tooLittleTextSaysWhatToLower() throws Exception {
        Path file = Files.writeString(folder.resolve("short.txt"), "Too short.");
        assertThatThrownBy(() -> load(new CalibrationSettings("text:" + file, 128, 2048, 0), 512))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("lower calibration.samples");
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws Exception {
        Path file = Files.write(folder.resolve("bytes.txt"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
        assertThatThrownBy(() -> load(new CalibrationSettings("text:" + file, 1, 8, 0), 512))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("is not UTF-8");
    }
}
