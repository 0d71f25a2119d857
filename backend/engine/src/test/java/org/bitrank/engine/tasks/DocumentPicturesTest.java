package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.tokenizer.Conversation;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentPicturesTest {
    @TempDir
    Path folder;

    private byte[] red;
    private byte[] blue;

    @BeforeEach
    void writePictures() throws IOException {
        red = SmallPicture.png(2, 2, 0xff0000);
        blue = SmallPicture.png(3, 2, 0x0000ff);
        Files.write(folder.resolve("red.png"), red);
        Files.createDirectories(folder.resolve("more"));
        Files.write(folder.resolve("more/blue.png"), blue);
    }

    private Task task(String more, String... rows) throws IOException {
        Files.writeString(folder.resolve("rows.jsonl"), String.join("\n", rows));
        Path file = Files.writeString(folder.resolve("mine.yaml"), """
                task: mine
                dataset_path: json
                dataset_kwargs: {data_files: {test: rows.jsonl}}
                test_split: test
                doc_to_target: answer
                """ + more);
        return TaskRegistry.installed().load(file.toString());
    }

    private static PreparedTask prepared(Task task, int shots) {
        return task.prepare(DataSource.of(null), shots, null);
    }

    private static Request.Generate first(PreparedTask task) {
        return (Request.Generate) task.items().getFirst().requests().getFirst();
    }

    @Test
    void aColumnNamesAFileBesideTheRows() throws IOException {
        Request.Generate asked = first(prepared(task("doc_to_image: image\ndoc_to_text: '{{q}}'", """
                {"q": "What colour?", "image": "red.png", "answer": "red"}"""), 0));
        assertThat(asked.context()).isEqualTo("<image>\nWhat colour?");
        assertThat(asked.images()).containsExactly(ImageSource.of("red", red));
    }

    @Test
    void aColumnThatTheRowLacksIsNamedWithItsDocument() throws IOException {
        Task task = task("doc_to_image: photo\ndoc_to_text: '{{q}}'", """
                {"q": "What colour?", "image": "red.png", "answer": "red"}""");
        assertThatThrownBy(() -> prepared(task, 0))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                .hasMessageContaining("document 0 of mine")
                .hasMessageContaining("names the column 'photo', which the row lacks; it has answer, image, q");
    }

    @Test
    void addressesOfTheWebAreNotFetched() throws IOException {
        Task task = task("doc_to_image: image\ndoc_to_text: '{{q}}'", """
                {"q": "What colour?", "image": "https://example.org/red.png", "answer": "red"}""");
        assertThatThrownBy(() -> prepared(task, 0))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("the picture https://example.org/red.png is a URL, and URLs are not fetched");
    }

    @Test
    void severalColumnsKeepTheirOrderAndEmptyOnesGiveNone() throws IOException {
        Request.Generate asked = first(prepared(task("doc_to_image: [left, middle, right]\ndoc_to_text: Same?", """
                {"left": "more/blue.png", "middle": null, "right": "red.png", "answer": "no"}"""), 0));
        assertThat(asked.context()).isEqualTo("<image> <image>\nSame?");
        assertThat(asked.images()).containsExactly(ImageSource.of("blue", blue), ImageSource.of("red", red));
    }

    @Test
    void aTemplateGivesAListOrAName() throws IOException {
        String row = "{\"names\": [\"red\", \"more/blue\"], \"answer\": \"no\"}";
        Request.Generate several = first(prepared(task("doc_to_image: \"['{{names[0]}}.png', '{{names[1]}}.png']\"\ndoc_to_text: '<image> or <image>?'", row), 0));
        assertThat(several.context()).isEqualTo("<image> or <image>?");
        assertThat(several.images()).containsExactly(ImageSource.of("red", red), ImageSource.of("blue", blue));
        assertThat(first(prepared(task("doc_to_image: '{{names[0]}}.png'\ndoc_to_text: What?", row), 0)).images())
                .containsExactly(ImageSource.of("red", red));
    }

    @Test
    void takesBytesAsTheDatasetsLibraryWritesThemAndDataAddresses() throws IOException {
        String bytes = Base64.getEncoder().encodeToString(red);
        assertThat(first(prepared(task("doc_to_image: image\ndoc_to_text: What?", """
                {"image": {"bytes": "%s", "path": null}, "answer": "red"}""".formatted(bytes)), 0)).images())
                .containsExactly(ImageSource.of("red", red));
        assertThat(first(prepared(task("doc_to_image: image\ndoc_to_text: What?", """
                {"image": "data:image/png;base64,%s", "answer": "red"}""".formatted(bytes)), 0)).images())
                .containsExactly(ImageSource.of("red", red));
    }

    @Test
    void examplesShowTheirPicturesToo() throws IOException {
        var asked = first(prepared(task("doc_to_image: image\ndoc_to_text: What?\nfewshot_config: {sampler: first_n, split: test}",
                "{\"image\": \"red.png\", \"answer\": \"red\"}", "{\"image\": \"more/blue.png\", \"answer\": \"blue\"}"), 1));
        assertThat(asked.context()).isEqualTo("<image>\nWhat? blue\n\n<image>\nWhat?");
        assertThat(asked.images()).containsExactly(ImageSource.of("blue", blue), ImageSource.of("red", red));
    }

    @Test
    void everyChoiceShowsThePicture() throws IOException {
        var item = prepared(task("doc_to_image: image\ndoc_to_text: What?\ndoc_to_choice: [blue, red]\noutput_type: multiple_choice", """
                {"image": "red.png", "answer": "red"}"""), 0).items().getFirst();
        assertThat(item.requests()).containsExactly(
                new Request.LogLikelihood("<image>\nWhat?", " blue", List.of(ImageSource.of("red", red))),
                new Request.LogLikelihood("<image>\nWhat?", " red", List.of(ImageSource.of("red", red))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"q\": \"a\", \"image\": \"none.png\"}             | DATA_MISSING | none.png is not there",
                "{\"q\": \"a\", \"image\": \"broken.png\"}           | BAD_INPUT    | broken.png",
                "{\"q\": \"a\", \"image\": \"cut.png\"}              | BAD_INPUT    | cut.png",
                "{\"q\": \"a\", \"image\": \"bomb.png\"}             | BAD_INPUT    | 30000x30000",
                "{\"q\": \"a\", \"image\": \"empty.png\"}            | BAD_INPUT    | empty",
                "{\"q\": \"<image> <image>\", \"image\": \"red.png\"} | BAD_INPUT   | 2 times <image> and there are 1 pictures",
                "{\"q\": \"<image>\", \"image\": null}               | BAD_INPUT    | 1 times <image> and there are 0 pictures",
                "{\"q\": \"a\", \"image\": 7}                        | BAD_INPUT    | is no picture",
                "{\"q\": \"a\", \"image\": {\"url\": \"x\"}}         | BAD_INPUT    | a map of [url]",
                "{\"q\": \"a\", \"image\": \"data:image/png,x\"}     | BAD_INPUT    | not in base64"
            })
    void badPicturesStopTheRunOrLeaveTheDocumentOut(String row, FailureClass failureClass, String message) throws IOException {
        Files.write(folder.resolve("empty.png"), new byte[0]);
        Files.writeString(folder.resolve("broken.png"), "no picture");
        Files.write(folder.resolve("cut.png"), Arrays.copyOf(red, red.length / 2));
        Files.write(folder.resolve("bomb.png"), SmallPicture.pngClaiming(30_000));
        String good = "{\"q\": \"What?\", \"image\": \"red.png\", \"answer\": \"red\"}";
        String bad = row.replace("\"q\"", "\"answer\": \"x\", \"q\"");
        assertThatThrownBy(() -> prepared(task("doc_to_image: image\ndoc_to_text: '{{q}}'", good, bad), 0))
                .isInstanceOfSatisfying(BitRankException.class, e -> assertThat(e.failureClass()).isEqualTo(failureClass))
                .hasMessageContaining("document 1 of mine")
                .hasMessageContaining(message)
                .hasMessageContaining("on_bad_image: skip");
        PreparedTask skipping = prepared(task("doc_to_image: image\ndoc_to_text: '{{q}}'\non_bad_image: skip", bad, good), 0);
        assertThat(skipping.items()).extracting(Item::documentId).containsExactly(1);
        assertThat(skipping.skipped()).extracting(SkippedDocument::documentId).containsExactly(0);
        assertThat(skipping.skipped().getFirst().reason()).contains(message);
    }

    @Test
    void aConversationTakesTheExamplesAndTheQuestionAsOneTurn() throws IOException {
        Task task = task("doc_to_image: image\ndoc_to_text: What?\ndescription: Colours.\ndoc_to_choice: [blue, red]\noutput_type: multiple_choice\n"
                + "fewshot_config: {sampler: first_n, split: test}",
                "{\"image\": \"red.png\", \"answer\": \"red\"}", "{\"image\": \"more/blue.png\", \"answer\": \"blue\"}");
        var conversation = new PromptReader(null, null, Conversation.named("vicuna_v1", "Hello."));
        var asked = (Request.LogLikelihood) task.prepare(DataSource.of(null), 1, 1, conversation).items().getFirst().requests().getFirst();
        assertThat(asked.context()).isEqualTo("Hello.\n\nColours. USER: <image>\nWhat? blue\n\n<image>\nWhat? ASSISTANT:");
        assertThat(asked.continuation()).isEqualTo("blue");
        assertThat(asked.images()).hasSize(2);
    }

    @Test
    void whatTheModelCannotBeShownIsABadPictureToo() throws IOException {
        var reader = new PromptReader(null, request -> {
            throw BitRankException.badInput("too many tokens");
        }, null);
        Task task = task("doc_to_image: image\ndoc_to_text: What?", "{\"image\": \"red.png\", \"answer\": \"red\"}");
        assertThatThrownBy(() -> task.prepare(DataSource.of(null), 0, null, reader)).hasMessageContaining("document 0 of mine: too many tokens");
    }

    @Test
    void aTaskWhoseDocumentsAreAllBadIsAnError() {
        assertThatThrownBy(() -> prepared(task("doc_to_image: image\ndoc_to_text: a\non_bad_image: skip", """
                {"image": "none.png", "answer": "x"}"""), 0))
                .hasMessageContaining("all 1 documents are left out");
    }
}
