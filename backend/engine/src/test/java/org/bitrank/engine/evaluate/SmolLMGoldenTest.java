package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bitrank.engine.model.GreedyGenerator;
import org.bitrank.engine.model.TokenBatch;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** SmolLM2 read from its GGUF file, against PyTorch in float32: logits, greedy continuations and chat answers. */
class SmolLMGoldenTest {
    private static SmolLM smol;

    @BeforeAll
    static void load() {
        smol = new SmolLM(ComputeType.FLOAT32);
    }

    @AfterAll
    static void close() {
        if (smol != null) {
            smol.close();
        }
    }

    @Test
    void logitsEqualThoseOfPyTorch() {
        int vocabulary = smol.model.config().vocabularySize();
        for (JsonNode prompt : SmolLM.golden("logits.json").get("prompts")) {
            int[] ids = ids(prompt.get("token_ids"));
            assertThat(smol.tokenizer.encode(prompt.get("prompt").stringValue())).containsExactly(ids);
            float[] logits = logits(ids);
            for (int t = 0; t < ids.length; t++) {
                JsonNode expected = prompt.get("positions").get(t);
                int argmax = expected.get("argmax").intValue();
                assertThat(logits[t * vocabulary + argmax]).isCloseTo(expected.get("max_logit").floatValue(), within(2e-4f));
                assertThat(argmax(logits, t * vocabulary, vocabulary)).isEqualTo(argmax);
            }
            int last = (ids.length - 1) * vocabulary;
            JsonNode top = prompt.get("last_top20_ids");
            for (int i = 0; i < top.size(); i++) {
                assertThat(logits[last + top.get(i).intValue()])
                        .isCloseTo(prompt.get("last_top20_logits").get(i).floatValue(), within(2e-4f));
            }
        }
    }

    @Test
    void greedyContinuationsEqualThoseOfPyTorch() {
        for (JsonNode continuation : SmolLM.golden("generation.json").get("continuations")) {
            assertContinues(continuation.get("prompt_token_ids"), continuation.get("token_ids"));
        }
    }

    @Test
    void greedyChatAnswersEqualThoseOfPyTorch() {
        for (JsonNode chat : SmolLM.golden("generation.json").get("chat")) {
            assertContinues(chat.get("token_ids"), chat.get("greedy_token_ids"));
        }
    }

    private static void assertContinues(JsonNode prompt, JsonNode expected) {
        try (var generator = new GreedyGenerator(smol.model)) {
            List<Integer> generated = generator.generate(ids(prompt), 32, tokens -> tokens.getLast() == 2);
            assertThat(generated.stream().mapToInt(Integer::intValue).toArray()).containsExactly(ids(expected));
        }
    }

    private static float[] logits(int[] ids) {
        Tensor hidden = smol.model.hidden(TokenBatch.of(ids));
        try (Tensor logits = smol.backend.allocate(DType.FLOAT32, new Shape(ids.length, smol.model.config().vocabularySize()))) {
            smol.backend.matmul(hidden, smol.model.head(), null, logits);
            return smol.backend.download(logits);
        }
    }

    private static int argmax(float[] values, int start, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (values[start + i] > values[start + best]) {
                best = i;
            }
        }
        return best;
    }

    private static int[] ids(JsonNode list) {
        var ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = list.get(i).intValue();
        }
        return ids;
    }
}
