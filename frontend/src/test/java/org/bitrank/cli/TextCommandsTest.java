package org.bitrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands tokenize, chat-template and tasks, on the embedded suite: results on standard output, one line for an error. */
class TextCommandsTest {
    @TempDir
    Path folder;

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    @Test
    void tokenizesALineAtATime() throws IOException {
        String texts = file("texts.jsonl", "\"Who is the oldest?\"\n\n{\"text\": \"\"}\n");
        var outcome = Outcome.of("tokenize", "--model", "reference/micro-llama", "--text-file", texts);
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out().lines()).hasSize(2);
        assertThat(outcome.out()).contains("\"decoded\":\"Who is the oldest?\"").contains("\"ids\":[],");
    }

    @Test
    void saysWhichLineIsNoText() throws IOException {
        String texts = file("texts.jsonl", "\"fine\"\n{\"words\": 1}\n");
        var outcome = Outcome.of("tokenize", "--model", "reference/micro-llama", "--text-file", texts);
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err().strip().lines()).last().asString().startsWith("error: ").contains("line 2");
    }

    @Test
    void refusesAConversationWhereTheModelHasNoTemplate() throws IOException {
        String messages = file("messages.json", "[{\"role\": \"user\", \"content\": \"Hi\"}]");
        var outcome = Outcome.of("chat-template", "--model", "reference/micro-llama", "--messages", messages);
        assertThat(outcome.exitCode()).isEqualTo(4);
        assertThat(outcome.err()).contains("no chat template");
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void listsTasksAndWhetherTheirDataAreThere() {
        var outcome = Outcome.of("tasks", "list");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out().lines()).anyMatch(line -> line.startsWith("* micro_facts ")).anyMatch(line -> line.contains("arc_easy "));
    }

    @Test
    void showsATaskWithItsFirstItem() {
        var outcome = Outcome.of("tasks", "show", "micro_yes_no");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("\"output_type\" : \"multiple_choice\"").contains("continuation:\n yes").contains("sha256 ");
    }

    @Test
    void validatesATaskFile() throws IOException {
        file("mine.jsonl", "{\"q\": \"1+1\", \"a\": \"2\"}\n");
        String good = "task: mine\ndataset_path: json\ndataset_kwargs: {data_files: {test: mine.jsonl}}\ntest_split: test\n"
                + "output_type: loglikelihood\ndoc_to_text: \"{{q}} =\"\ndoc_to_target: \" {{a}}\"\n";
        assertThat(Outcome.of("tasks", "validate", file("good.yaml", good)).out()).contains("valid task: mine").contains("first document");
        var unknownField = Outcome.of("tasks", "validate", file("bad.yaml", good + "doc_to_tixt: x\n"));
        assertThat(unknownField.exitCode()).isEqualTo(3);
        assertThat(unknownField.err()).contains("did you mean doc_to_text?");
        var wrongColumn = Outcome.of("tasks", "validate", file("bad.yaml", good.replace("{{q}}", "{{question}}")));
        assertThat(wrongColumn.exitCode()).isEqualTo(3);
        assertThat(wrongColumn.err()).contains("'question' is undefined");
        assertThat(Outcome.of("tasks", "show", "micro_fact").err()).contains("did you mean micro_facts?");
    }
}
