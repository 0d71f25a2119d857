package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.engine.tasks.PairEncoder;
import org.bitrank.engine.tasks.TokenPair;
import org.bitrank.engine.tasks.TokenWindows;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Windows of WikiText-2 against the numbers of PyTorch in float32. */
class PerplexityGoldenTest {
    private static final int MAX_LENGTH = 8192;

    @Test
    void firstWindowsOf512EqualThoseOfPyTorch() throws IOException {
        assertWindows("gptq_512", 512, 2);
    }

    @Tag("parity")
    @ParameterizedTest
    @CsvSource({"gptq_2048, 2048, 16", "gptq_512, 512, 32"})
    void everyWindowEqualsThatOfPyTorch(String key, int length, int windows) throws IOException {
        double perplexity = assertWindows(key, length, windows);
        assertThat(perplexity)
                .isCloseTo(SmolLM.golden("perplexity.json").get(key).get("ppl").doubleValue(), Percentage.withPercentage(0.01));
    }

    @Tag("parity")
    @Test
    void bfloat16StaysWithinHalfAPercentOfEveryWindow() throws IOException {
        try (var smol = new SmolLM(ComputeType.BFLOAT16)) {
            JsonNode expected = SmolLM.golden("perplexity.json").get("gptq_2048").get("windows");
            List<Passage> passages = windows(smol, 2048, 16);
            for (int i = 0; i < passages.size(); i++) {
                assertThat(meanLoss(smol, passages.get(i)))
                        .as("window %d", i)
                        .isCloseTo(expected.get(i).get("mean_nll").doubleValue(), Percentage.withPercentage(0.5));
            }
        }
    }

    @Tag("parity")
    @Test
    void rollingLogLikelihoodsEqualThoseOfTheHarness() throws IOException {
        try (var smol = new SmolLM(ComputeType.FLOAT32)) {
            var encoder = new PairEncoder(smol.tokenizer, BosPolicy.AUTO, 2048);
            for (String line : Files.readAllLines(SharedFiles.path("golden/smollm2-135m/lm-eval-wikitext.jsonl"))) {
                JsonNode request = new ObjectMapper().readTree(line).get("requests").get(0);
                double sum = 0;
                int tokens = 0;
                for (TokenPair pair : encoder.rolling(request.get("text").stringValue())) {
                    var passage = new Passage(encoder.fitted(pair), pair.continuation().length);
                    PassageScore score = Scores.of(smol.model, passage);
                    sum += score.logLikelihood();
                    tokens += score.tokens();
                }
                assertThat(tokens).isEqualTo(request.get("tokens").intValue());
                assertThat(sum).isCloseTo(request.get("loglikelihood").doubleValue(), Percentage.withPercentage(0.001));
            }
        }
    }

    private static double assertWindows(String key, int length, int count) throws IOException {
        try (var smol = new SmolLM(ComputeType.FLOAT32)) {
            JsonNode expected = SmolLM.golden("perplexity.json").get(key).get("windows");
            List<Passage> passages = windows(smol, length, count);
            double sum = 0;
            for (int i = 0; i < count; i++) {
                double loss = meanLoss(smol, passages.get(i));
                assertThat(loss).as("window %d", i).isCloseTo(expected.get(i).get("mean_nll").doubleValue(), within(1e-5));
                sum += loss;
            }
            return Math.exp(sum / count);
        }
    }

    private static List<Passage> windows(SmolLM smol, int length, int count) throws IOException {
        String text = Files.readString(SharedFiles.path("benchmarks/wikitext2/wikitext2.test.hf-joined.txt"));
        // Few windows need no more than the text's beginning: a token is less than 8 characters on average.
        String enough = text.substring(0, Math.min(text.length(), 8 * length * (count + 1)));
        int[] tokens = new PairEncoder(smol.tokenizer, BosPolicy.AUTO, MAX_LENGTH).encode(enough);
        return TokenWindows.cut(tokens, length, count).stream().map(window -> new Passage(window, length - 1)).toList();
    }

    private static double meanLoss(SmolLM smol, Passage passage) {
        PassageScore score = Scores.of(smol.model, passage);
        return -score.logLikelihood() / score.tokens();
    }
}
