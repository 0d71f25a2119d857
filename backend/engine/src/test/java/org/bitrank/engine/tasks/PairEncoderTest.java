package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;

/** Mistral's tokenizer puts a BOS (1) in front by itself, Qwen's has none and falls back on EOS. */
class PairEncoderTest {
    private static final String TEXT = "The cat sat on the mat";

    private static Tokenizer mistral() {
        return Tokenizer.of(SharedFiles.path("models/mistral-tokenizer"));
    }

    @Test
    void leavesBosToTheTokenizerUnlessTold() {
        try (var tokenizer = mistral()) {
            int[] plain = tokenizer.encode(TEXT);
            assertThat(new PairEncoder(tokenizer, BosPolicy.FALSE, 64).encode(TEXT)).isEqualTo(plain);
            assertThat(new PairEncoder(tokenizer, BosPolicy.AUTO, 64).encode(TEXT)).isEqualTo(prepend(1, plain));
            assertThat(new PairEncoder(tokenizer, BosPolicy.TRUE, 64).encode(TEXT)).isEqualTo(prepend(1, plain));
            // Once is enough.
            int[] written = tokenizer.encode("<s>" + TEXT);
            assertThat(written[0]).isEqualTo(1);
            assertThat(new PairEncoder(tokenizer, BosPolicy.AUTO, 64).encode("<s>" + TEXT)).isEqualTo(written);
            assertThat(new PairEncoder(tokenizer, BosPolicy.TRUE, 64).encode("<s>" + TEXT)).isEqualTo(written);
        }
    }

    @Test
    void refusesABosThatATokenizerDoesNotHave() {
        try (var tokenizer = Tokenizer.of(SharedFiles.path("models/qwen3-tokenizer"))) {
            assertThatThrownBy(() -> new PairEncoder(tokenizer, BosPolicy.TRUE, 64)).isInstanceOf(BitRankException.class);
            var pair = new PairEncoder(tokenizer, BosPolicy.AUTO, 64).encode(new Request.LogLikelihood("", " cat"));
            assertThat(pair.context()).containsExactly(151645);
        }
    }

    @Test
    void movesBlanksFromTheContextToTheContinuation() {
        try (var tokenizer = mistral()) {
            var encoder = new PairEncoder(tokenizer, BosPolicy.FALSE, 64);
            assertThat(encoder.encode(new Request.LogLikelihood("The cat  ", "sat")))
                    .usingRecursiveComparison()
                    .isEqualTo(encoder.encode(new Request.LogLikelihood("The cat", "  sat")));
            assertThat(encoder.encode(new Request.LogLikelihood(" \n", "sat")).context()).containsExactly(1);
        }
    }

    @Test
    void keepsTheEndOfWhatIsTooLong() {
        try (var tokenizer = mistral()) {
            var encoder = new PairEncoder(tokenizer, BosPolicy.FALSE, 4);
            var pair = encoder.encode(new Request.LogLikelihood("The cat sat", " on the mat"));
            int[] whole = tokenizer.encode(TEXT);
            assertThat(pair.length()).isEqualTo(whole.length);
            assertThat(encoder.fitted(pair)).isEqualTo(Arrays.copyOfRange(whole, whole.length - 5, whole.length));
            var tooLong = encoder.encode(new Request.LogLikelihood("The", " cat sat on the mat"));
            assertThatThrownBy(() -> encoder.fitted(tooLong)).isInstanceOf(BitRankException.class).hasMessageContaining("longer than");
        }
    }

    @Test
    void cutsTextsLikeTheHarness() {
        try (var tokenizer = mistral()) {
            var encoder = new PairEncoder(tokenizer, BosPolicy.FALSE, 4);
            String text = "one two three four five six seven eight nine ten";
            int[] tokens = tokenizer.encode(text);
            assertThat(tokens.length).isEqualTo(10);
            List<TokenPair> windows = encoder.rolling(text);
            assertThat(windows).hasSize(3);
            assertThat(windows.get(0)).usingRecursiveComparison().isEqualTo(new TokenPair(new int[] {1}, Arrays.copyOf(tokens, 4)));
            assertThat(windows.get(1)).usingRecursiveComparison()
                    .isEqualTo(new TokenPair(new int[] {tokens[3]}, Arrays.copyOfRange(tokens, 4, 8)));
            // The last window is as long as the others: it begins with tokens that were scored before.
            assertThat(windows.get(2)).usingRecursiveComparison()
                    .isEqualTo(new TokenPair(Arrays.copyOfRange(tokens, 5, 8), Arrays.copyOfRange(tokens, 8, 10)));
            assertThat(encoder.rolling("")).isEmpty();
        }
    }

    @Test
    void keepsTheEndOfALongPrompt() {
        try (var tokenizer = mistral()) {
            var encoder = new PairEncoder(tokenizer, BosPolicy.FALSE, 6);
            int[] tokens = tokenizer.encode(TEXT);
            assertThat(encoder.prompt(new Request.Generate(TEXT, new GenerationSettings(List.of("\n"), 2))))
                    .isEqualTo(Arrays.copyOfRange(tokens, tokens.length - 4, tokens.length));
            assertThatThrownBy(() -> encoder.prompt(new Request.Generate(TEXT, new GenerationSettings(List.of(), 6))))
                    .isInstanceOf(BitRankException.class);
        }
    }

    @Test
    void cutsWindowsOfTheGptqConvention() {
        int[] tokens = IntStream.range(0, 11).toArray();
        assertThat(TokenWindows.cut(tokens, 4, 0)).containsExactly(new int[] {0, 1, 2, 3}, new int[] {4, 5, 6, 7});
        assertThat(TokenWindows.cut(tokens, 4, 1)).containsExactly(new int[] {0, 1, 2, 3});
        assertThatThrownBy(() -> TokenWindows.cut(tokens, 12, 0)).isInstanceOf(BitRankException.class);
        try (var tokenizer = mistral()) {
            var encoder = new PairEncoder(tokenizer, BosPolicy.AUTO, 8);
            assertThat(encoder.windows(new Request.Windows(TEXT, 3, 0)).getFirst()).startsWith(1);
            assertThatThrownBy(() -> encoder.windows(new Request.Windows(TEXT, 9, 0)))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("sequence_length=8");
        }
    }

    private static int[] prepend(int first, int[] rest) {
        return IntStream.concat(IntStream.of(first), IntStream.of(rest)).toArray();
    }
}
