package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskReaderTest {
    private static final String TASK =
            """
            task: mine
            dataset_path: json
            dataset_kwargs:
              data_files: {test: mine.jsonl, dev: dev.jsonl}
            output_type: multiple_choice
            test_split: test
            doc_to_text: "Q: {{q}}\\nA:"
            doc_to_choice: "{{options}}"
            doc_to_target: "{{right}}"
            """;

    @TempDir
    Path folder;

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @Test
    void takesFromAnIncludeWhatTheFileDoesNotSay() throws IOException {
        write("base.yaml", TASK);
        write("middle.yaml", "include: base.yaml\ntask: middle\ntarget_delimiter: ''\n");
        Path file = write("top.yaml", "include: middle.yaml\ntask: top\nmetadata: {version: 3}\n");
        var task = TaskRegistry.installed().load(file.toString());
        assertThat(task.name()).isEqualTo("top");
        assertThat(task.version()).isEqualTo(3L);
        assertThat(task.settings()).containsEntry("target_delimiter", "").containsEntry("doc_to_target", "{{right}}");
        assertThat(task.metrics()).containsExactly("acc", "acc_norm");
        assertThat(task.filters()).containsExactly("none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "doc_to_txt: x                     | BAD_INPUT   | did you mean doc_to_text",
                "output_type: guess                | BAD_INPUT   | output_type 'guess'",
                "metric_list: [{metric: accuracy}] | UNSUPPORTED | metric 'accuracy'",
                "metric_list: [{metric: acc, aggregation: total}] | UNSUPPORTED | aggregation 'total'",
                "process_docs: !function utils.process_docs | UNSUPPORTED | function 'utils.process_docs'",
                "num_fewshot: many                 | BAD_INPUT   | num_fewshot must be a whole number",
                "fewshot_config: {sampler: best}   | UNSUPPORTED | sampler 'best'",
                "fewshot_config: {shots: 3}        | BAD_INPUT   | field 'shots'",
                "doc_to_text: '{{q'                | BAD_INPUT   | not a template",
                "repeats: 0                        | BAD_INPUT   | repeats",
                "filter_list: [{name: x, filter: [{function: take_first_k, k: 2}]}] | BAD_INPUT | needs k, 1 to the task's repeats",
                "filter_list: [{name: x, filter: [{function: !function utils.Best}]}] | UNSUPPORTED | function 'utils.Best'",
                "metric_list: [{metric: !function utils.f1}] | UNSUPPORTED | function 'utils.f1'",
                "metric_list: [{metric: acc, aggregation: !function utils.top}] | UNSUPPORTED | function 'utils.top'",
                "fewshot_config: {samples: !function utils.shots} | UNSUPPORTED | write the examples as a list",
                "unsafe_code: true                 | UNSUPPORTED | run code",
                "on_bad_image: warn                | BAD_INPUT   | it can be stop or skip",
                "filter_list: [{name: x, filter: [{function: magic}]}] | UNSUPPORTED | function 'magic'",
                "test_split: null                  | BAD_INPUT   | needs a test_split or a validation_split",
                "doc_to_choice: null               | BAD_INPUT   | needs doc_to_choice",
                "include: none.yaml                | BAD_INPUT   | there is no task file",
                "include: bad.yaml                 | BAD_INPUT   | includes itself",
                "- a list                          | BAD_INPUT   | bad.yaml",
                "doc_to_text: [unclosed            | BAD_INPUT   | not valid YAML"
            })
    void saysWhatIsWrongWithATaskFile(String line, FailureClass failure, String message) throws IOException {
        String key = line.substring(0, Math.max(0, line.indexOf(':')));
        String rest = TASK.lines().filter(other -> key.isEmpty() || !other.startsWith(key + ":")).reduce("", (a, b) -> a + b + "\n");
        Path file = write("bad.yaml", rest + line + "\n");
        assertThatThrownBy(() -> TaskRegistry.installed().load(file.toString()))
                .isInstanceOfSatisfying(BitRankException.class, e -> assertThat(e.failureClass()).isEqualTo(failure))
                .hasMessageContaining(message);
    }

    @Test
    void namesWhatIsNearAnUnknownTask() {
        assertThatThrownBy(() -> TaskRegistry.installed().load("arc_esy"))
                .isInstanceOfSatisfying(BitRankException.class, e -> assertThat(e.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                .hasMessageContaining("did you mean arc_easy?");
    }

    @Test
    void everyInstalledTaskCanBeRead() {
        assertThat(TaskRegistry.installed().all())
                .extracting(Task::name)
                .contains("piqa", "arc_easy", "arc_challenge", "hellaswag", "winogrande", "lambada_openai", "boolq", "openbookqa",
                        "wikitext", "wikitext2_gptq", "micro_text");
    }

    @Test
    void buildsExamplesFromTheirOwnSplitWithTheirOwnFields() throws IOException {
        write("mine.jsonl", "{\"q\": \"1+1\", \"options\": [\"2\", \"3\"], \"right\": 0}\n");
        write("dev.jsonl",
                "{\"q\": \"2+2\", \"options\": [\"5\", \"4\"], \"right\": 1}\n{\"q\": \"3+3\", \"options\": [\"6\", \"7\"], \"right\": 0}\n");
        Path file = write("mine.yaml", TASK
                + """
                fewshot_split: dev
                description: "Sums.\\n\\n"
                fewshot_config:
                  sampler: first_n
                  target_delimiter: " = "
                  fewshot_delimiter: "\\n"
                  doc_to_text: "{{q}}"
                """);
        var prepared = TaskRegistry.installed().load(file.toString()).prepare(DataSource.of(null), 2, null);
        assertThat(prepared.items().getFirst().requests())
                .containsExactly(
                        new Request.LogLikelihood("Sums.\n\n2+2 = 4\n3+3 = 6\nQ: 1+1\nA:", " 2"),
                        new Request.LogLikelihood("Sums.\n\n2+2 = 4\n3+3 = 6\nQ: 1+1\nA:", " 3"));
        assertThat(prepared.files()).hasSize(2);
    }

    @Test
    void givesEveryMeasureOfAChoice() throws IOException {
        write("mine.jsonl", "{\"q\": \"?\", \"options\": [\"ab\", \"\\ud83d\\ude00\", \"abcd\"], \"right\": 1}\n");
        Path file = write("mine.yaml", TASK
                + "metric_list: [{metric: acc}, {metric: acc_norm}, {metric: acc_bytes}, {metric: acc_mutual_info}, {metric: exact_match}, {metric: brier_score}]\n");
        var prepared = TaskRegistry.installed().load(file.toString()).prepare(DataSource.of(null), null, null);
        Item item = prepared.items().getFirst();
        assertThat(item.requests()).hasSize(6);
        assertThat(item.requests().get(4)).isEqualTo(new Request.LogLikelihood("", " 😀"));
        // By code points −2 a choice of one; by bytes −0.5 a choice of four.
        var scores = prepared.score(item, List.of(
                new Response.Scored(-3, false), new Response.Scored(-2, true), new Response.Scored(-4, false),
                new Response.Scored(-9, false), new Response.Scored(-3, false), new Response.Scored(-5, false)));
        Map<String, Double> values = new java.util.HashMap<>();
        scores.getFirst().metrics().forEach(metric -> values.put(metric.metric(), metric.score().value()));
        double[] odds = {Math.exp(-3), Math.exp(-2), Math.exp(-4)};
        double sum = odds[0] + odds[1] + odds[2];
        double brier = Math.pow(odds[0] / sum, 2) + Math.pow(odds[1] / sum - 1, 2) + Math.pow(odds[2] / sum, 2);
        assertThat(values.get("acc")).isEqualTo(1);
        assertThat(values.get("acc_norm")).isEqualTo(0);
        assertThat(values.get("acc_bytes")).isEqualTo(1);
        assertThat(values.get("acc_mutual_info")).isEqualTo(0);
        assertThat(values.get("exact_match")).isEqualTo(1);
        assertThat(values.get("brier_score")).isCloseTo(brier, org.assertj.core.api.Assertions.within(1e-12));
    }

    @Test
    void refusesMoreExamplesThanThereAre() throws IOException {
        write("mine.jsonl", "{\"q\": \"1+1\", \"options\": [\"2\", \"3\"], \"right\": 0}\n");
        Path file = write("mine.yaml", TASK);
        assertThatThrownBy(() -> TaskRegistry.installed().load(file.toString()).prepare(DataSource.of(null), 2, null))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("use a smaller --num-fewshot");
    }

    @Test
    void aTaskThatFixesItsExamplesTakesNoOthers() throws IOException {
        Path file = write("mine.yaml", TASK + "num_fewshot: 0\n");
        var task = TaskRegistry.installed().load(file.toString());
        assertThat(task.shots(5)).isZero();
        assertThat(TaskRegistry.installed().load("piqa").shots(5)).isEqualTo(5);
    }

    /** Its MMMU asks and scores otherwise than lmms-eval's, which ours is. */
    @Test
    void takesNoFunctionOfTheHarnesssForOneOfTheSameNameWithOtherPrompts() throws IOException {
        Path file = write("mmmu.yaml", "task: mmmu_x\ndataset_path: MMMU/MMMU\nvalidation_split: validation\ndoc_to_image: !function utils.doc_to_image\n"
                + "doc_to_text: !function utils.doc_to_text\ndoc_to_target: answer\nprocess_results: !function utils.process_results\n");
        assertThatThrownBy(() -> TaskRegistry.installed().load(file.toString()))
                .isInstanceOfSatisfying(BitRankException.class, e -> assertThat(e.failureClass()).isEqualTo(FailureClass.UNSUPPORTED))
                .hasMessageContaining("utils.doc_to_text");
    }

    @Test
    void knowsTheHarnesssOwnFunctionsByTheirDataSet() throws IOException {
        Path file = write("mine.yaml", """
                task: mine
                dataset_path: Rowan/hellaswag
                output_type: multiple_choice
                validation_split: validation
                process_docs: !function utils.process_docs
                doc_to_text: "{{query}}"
                doc_to_choice: choices
                doc_to_target: "{{label}}"
                """);
        assertThat(TaskRegistry.installed().load(file.toString()).settings()).containsEntry("process_docs", "!function utils.process_docs");
    }

    @Test
    void findsTheChoiceThatAnAnswerNames() throws IOException {
        write("mine.jsonl", "{\"q\": \"?\", \"choices\": [\"Guilty\", \"Guilty of Romance\", \"Cold Fish\"], \"a\": \"(B)\"}\n");
        Path file = write("mine.yaml", """
                task: mine
                dataset_path: json
                dataset_kwargs: {data_files: {test: mine.jsonl}}
                test_split: test
                output_type: generate_until
                repeats: 3
                doc_to_text: "{{q}}"
                doc_to_target: "{{a}}"
                filter_list:
                  - name: letter
                    filter:
                      - {function: multi_choice_regex, group_select: 0, ignore_case: true, ignore_punctuation: true, regex_pattern: '([(][A-Z][)])'}
                      - {function: take_first_k, k: 3}
                      - function: majority_vote
                      - function: take_first
                """);
        var prepared = TaskRegistry.installed().load(file.toString()).prepare(DataSource.of(null), null, null);
        Item item = prepared.items().getFirst();
        assertThat(prepared.filtered("letter", "It is (C), not (A).", item)).isEqualTo("(C)");
        assertThat(prepared.filtered("letter", "guilty, of romance", item)).isEqualTo("(B)");
        assertThat(prepared.filtered("letter", "Answer: C", item)).isEqualTo("(C)");
        assertThat(prepared.filtered("letter", "no idea", item)).isEqualTo("[invalid]");
        assertThat(prepared.score(item, List.of(new Response.Generated("Guilty of Romance!"))).getFirst().metrics().getFirst().score().value())
                .isEqualTo(1);
    }

    @Test
    void dropsExamplesFromTheLastOnUntilAPromptFits() throws IOException {
        write("mine.jsonl", "{\"q\": \"1+1\", \"options\": [\"2\", \"3\"], \"right\": 0}\n");
        write("dev.jsonl", "{\"q\": \"first\", \"options\": [\"5\", \"4\"], \"right\": 1}\n{\"q\": \"second\", \"options\": [\"6\", \"7\"], \"right\": 0}\n");
        Path file = write("mine.yaml", TASK + "fewshot_split: dev\nfewshot_config: {sampler: first_n}\nmax_context_tokens: 30\n");
        Task task = TaskRegistry.installed().load(file.toString());
        assertThat(context(task.prepare(DataSource.of(null), 2, null))).contains("first", "second");
        assertThat(context(task.prepare(DataSource.of(null), 2, null, new PromptReader(String::length, null, null)))).isEqualTo("Q: first\nA: 4\n\nQ: 1+1\nA:");
        assertThat(context(task.prepare(DataSource.of(null), 2, null, new PromptReader(text -> 1000, null, null)))).isEqualTo("Q: 1+1\nA:");
    }

    private static String context(PreparedTask task) {
        return ((Request.LogLikelihood) task.items().getFirst().requests().getFirst()).context();
    }

    @Test
    void givesTheMeasuresOfTwoClasses() throws IOException {
        var rows = new StringBuilder();
        int[] truth = {1, 1, 0, 0, 1};
        for (int right : truth) {
            rows.append("{\"q\": \"?\", \"options\": [\"no\", \"yes\"], \"right\": ").append(right).append("}\n");
        }
        write("mine.jsonl", rows.toString());
        Path file = write("mine.yaml", TASK + "metric_list: [{metric: f1}, {metric: mcc}, {metric: acc, aggregation: median}]\n");
        var prepared = TaskRegistry.installed().load(file.toString()).prepare(DataSource.of(null), null, null);
        int[] said = {1, 0, 1, 0, 1};
        var scores = new java.util.ArrayList<ItemScores>();
        for (Item item : prepared.items()) {
            int choice = said[item.documentId()];
            scores.addAll(prepared.score(item, List.of(new Response.Scored(-1 - choice, false), new Response.Scored(-2 + choice, false))));
        }
        List<MetricValue> values = prepared.task().aggregate(scores);
        // Two hits, one false alarm, one miss, one rejection.
        assertThat(values.get(0).value()).isCloseTo(4.0 / 6, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(values.get(1).value()).isCloseTo(1.0 / 6, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(values.get(2).value()).isEqualTo(1);
        // The standard errors of lm-evaluation-harness's own bootstrap on these five items.
        assertThat(values.get(0).stderr()).isCloseTo(0.25675270628540536, org.assertj.core.api.Assertions.within(1e-9));
        assertThat(values.get(1).stderr()).isCloseTo(0.45847150835496003, org.assertj.core.api.Assertions.within(1e-9));
    }
}
