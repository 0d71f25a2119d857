package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PromptPicturesTest {
    private static final ImageSource ONE = ImageSource.of("one", new byte[] {1});
    private static final ImageSource TWO = ImageSource.of("two", new byte[] {2});

    /** The placeholder is a token here (261); transformers repeats it where a picture's tokens go. */
    @Test
    void putsAsManyTokensInThePlaceholdersPlacesAsTransformersDoes() {
        Path folder = SharedFiles.path("fixtures/hf/multimodal/llava_next-bf16");
        JsonNode expected = JsonMapper.shared().readTree(folder.resolve("expected.json").toFile());
        try (var tokenizer = Tokenizer.of(folder)) {
            for (JsonNode example : expected.get("cases")) {
                int[] counts = JsonMapper.shared().treeToValue(example.get("image_tokens_per_image"), int[].class);
                int[] ids = JsonMapper.shared().treeToValue(example.get("input_ids"), int[].class);
                List<ImageSource> images = IntStream.range(0, counts.length).mapToObj(i -> ImageSource.of("case", new byte[] {(byte) i})).toList();
                var encoder = new PairEncoder(tokenizer, BosPolicy.AUTO, 512, new PictureTokens(image -> counts[image.bytes()[0]]));
                int[] ours = encoder.prompt(new Request.Generate(example.get("prompt").stringValue(), new GenerationSettings(List.of(), 8), images));
                assertThat(Arrays.stream(ours).map(id -> PictureTokens.isPicture(id) ? 261 : id).toArray())
                        .as(example.get("name").stringValue())
                        .isEqualTo(ids);
                assertThat(Arrays.stream(ours).filter(PictureTokens::isPicture).map(PictureTokens::row))
                        .containsExactly(IntStream.range(0, IntStream.of(counts).sum()).boxed().toArray(Integer[]::new));
            }
        }
    }

    @Test
    void cutsPromptsAtPlaceholdersThatTheTokenizerDoesNotKnow() {
        try (var tokenizer = Tokenizer.of(SharedFiles.path("models/mistral-tokenizer"))) {
            var encoder = new PairEncoder(tokenizer, BosPolicy.AUTO, 64, new PictureTokens(image -> image.bytes()[0]));
            var pair = encoder.encode(new Request.LogLikelihood("A <image> and <image>\nSame?", " yes", List.of(TWO, ONE)));
            var context = IntStream.concat(
                    IntStream.concat(IntStream.concat(IntStream.of(1), IntStream.of(tokenizer.encode("A "))), IntStream.of(-1, -2)),
                    IntStream.concat(IntStream.concat(IntStream.of(tokenizer.encode(" and ")), IntStream.of(-3)), IntStream.of(tokenizer.encode("\nSame?"))));
            assertThat(pair.context()).isEqualTo(context.toArray());
            // One token, "yes" with the blank before it: context and continuation are tokenized in one go.
            assertThat(pair.continuation()).containsExactly(5081);
        }
    }

    @Test
    void refusesPicturesThatDoNotFit() {
        try (var tokenizer = Tokenizer.of(SharedFiles.path("models/mistral-tokenizer"))) {
            var encoder = new PairEncoder(tokenizer, BosPolicy.AUTO, 6, new PictureTokens(_ -> 5));
            var answer = new GenerationSettings(List.of(), 2);
            assertThatThrownBy(() -> encoder.prompt(new Request.Generate("<image> <image>", answer, List.of(ONE))))
                    .isInstanceOf(BitRankException.class).hasMessageContaining("2 placeholders").hasMessageContaining("1 pictures");
            assertThatThrownBy(() -> encoder.encode(new Request.LogLikelihood("", " yes", List.of(ONE))))
                    .isInstanceOf(BitRankException.class).hasMessageContaining("0 placeholders");
            assertThatThrownBy(() -> encoder.prompt(new Request.Generate("<image> What is it?", answer, List.of(ONE))))
                    .isInstanceOf(BitRankException.class).hasMessageContaining("cannot be cut");
            assertThatThrownBy(() -> new PairEncoder(tokenizer, BosPolicy.AUTO, 64).prompt(new Request.Generate("<image>", answer, List.of(ONE))))
                    .isInstanceOf(BitRankException.class).hasMessageContaining("vision-language");
        }
    }
}
