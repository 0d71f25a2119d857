package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskGroupTest {
    @TempDir
    Path folder;

    private TaskSelection select(String... names) {
        return TaskRegistry.installed().select(List.of(names));
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static TaskGroup.Part part(double value, Double error, int size) {
        return new TaskGroup.Part(List.of(new MetricValue("acc", "none", value, error, true)), size);
    }

    @Test
    void mmluHasFourPartsAndFiftySevenSubjects() {
        TaskSelection mmlu = select("mmlu");
        assertThat(mmlu.tasks()).hasSize(57).extracting(Task::version).containsOnly(1.0);
        assertThat(mmlu.groups()).extracting(TaskGroup::name)
                .containsExactly("mmlu_stem", "mmlu_other", "mmlu_social_sciences", "mmlu_humanities", "mmlu");
        assertThat(mmlu.groups()).extracting(group -> group.tasks().size()).containsExactly(19, 13, 12, 13, 57);
        assertThat(select("mmlu_continuation").groups()).extracting(TaskGroup::name).contains("mmlu_continuation::social sciences");
        assertThat(select("hendrycks_mmlu").tasks()).hasSize(57).allMatch(task -> task.shots(null) == 5);
    }

    @Test
    void everySuiteOfTheStudiesCanBeRead() {
        assertThat(TaskRegistry.installed().suites()).extracting(TaskGroup::name).containsExactly(
                "llama3-study", "llama3-study-lora", "llama3-study-mllm", "perturbation-study", "spectra-commonsense", "spectra-knowledge", "spectra-stereotypes");
        Task subject = select("perturbation-study").tasks().stream().filter(task -> task.name().equals("mmlu_virology")).findFirst().orElseThrow();
        assertThat(subject.shots(null)).isEqualTo(4);
        assertThat(select("spectra-commonsense").tasks()).allMatch(task -> task.shots(null) == 0);
    }

    @Test
    void aTagStandsForTheTasksThatBearIt() {
        assertThat(select("ai2_arc").tasks()).extracting(Task::name).containsExactly("arc_challenge", "arc_easy");
        assertThat(select("ai2_arc").groups()).isEmpty();
        assertThat(select("mmlu_stem", "mmlu_anatomy").tasks()).hasSize(19);
    }

    @Test
    void aGroupsFieldsGoOverThoseOfItsTasks() throws IOException {
        String file = write("mine.yaml", """
                group: mine
                group_alias: Mine
                num_fewshot: 2
                task:
                  - piqa
                  - task: arc_easy
                    num_fewshot: 3
                  - group: inner
                    task: [boolq]
                  - task: special
                    dataset_path: json
                    dataset_kwargs: {data_files: {test: rows.jsonl}}
                    test_split: test
                    output_type: loglikelihood
                    doc_to_text: "{{q}}"
                    doc_to_target: "{{a}}"
                aggregate_metric_list: [{metric: acc, weight_by_size: false}]
                """);
        TaskSelection mine = select(file);
        assertThat(mine.tasks()).extracting(Task::name).containsExactly("piqa", "arc_easy", "boolq", "mine::special");
        assertThat(mine.tasks()).extracting(task -> task.shots(null)).containsExactly(2, 3, 2, 2);
        TaskGroup group = mine.groups().getLast();
        assertThat(group.children()).containsExactly("piqa", "arc_easy", "mine::inner", "mine::special");
        assertThat(group.alias()).isEqualTo("Mine");
        assertThat(group.metrics()).containsExactly(new GroupMetric("acc", null, false));
    }

    @Test
    void aFileMayHoldAListOfSimilarTasks() throws IOException {
        String file = write("mine.yaml", """
                dataset_path: json
                test_split: test
                output_type: loglikelihood
                doc_to_text: "{{q}}"
                doc_to_target: "{{a}}"
                task_list:
                  - {task: one, dataset_name: a}
                  - {task: two, doc_to_text: "Q: {{q}}"}
                """);
        assertThat(select(file).tasks()).extracting(Task::name).containsExactly("one", "two");
        assertThat(select(file).tasks().getLast().settings()).containsEntry("doc_to_text", "Q: {{q}}").doesNotContainKey("dataset_name");
    }

    @Test
    void saysWhatIsWrongWithAGroup() throws IOException {
        assertThatThrownBy(() -> select(write("a.yaml", "group: a\ntask: [arc_esy]\n")))
                .isInstanceOf(BitRankException.class).hasMessageContaining("did you mean arc_easy?");
        assertThatThrownBy(() -> select(write("b.yaml", "group: b\ntask: []\n")))
                .isInstanceOf(BitRankException.class).hasMessageContaining("needs its tasks as a list");
        assertThatThrownBy(() -> select(write("c.yaml", "group: c\ntask: [piqa]\naggregate_metric_list: [{metric: acc, aggregation: max}]\n")))
                .isInstanceOf(BitRankException.class).hasMessageContaining("only mean is");
        assertThatThrownBy(() -> select(write("d.yaml", "task: d\nclass: !function task.Squad\n")))
                .isInstanceOf(BitRankException.class).hasMessageContaining("Python code");
        assertThatThrownBy(() -> TaskRegistry.installed().load("mmlu"))
                .isInstanceOf(BitRankException.class).hasMessageContaining("stands for 57 tasks");
        assertThatThrownBy(() -> select("piqa", write("e.yaml", "group: e\nnum_fewshot: 3\ntask: [piqa]\n")))
                .isInstanceOf(BitRankException.class).hasMessageContaining("different settings");
    }

    @Test
    void formsMeansOverDocumentsOrOverTasks() {
        Map<String, TaskGroup.Part> parts = Map.of("a", part(0.5, 0.1, 10), "b", part(0.8, 0.2, 30));
        MetricValue byDocument = group(true).aggregate(parts).getFirst();
        assertThat(byDocument.value()).isCloseTo(0.725, within(1e-15));
        assertThat(byDocument.stderr()).isCloseTo(Math.sqrt((9 * 0.01 * 10 + 29 * 0.04 * 30) / 38 / 40), within(1e-15));
        MetricValue byTask = group(false).aggregate(parts).getFirst();
        assertThat(byTask.value()).isCloseTo(0.65, within(1e-15));
        assertThat(byTask.stderr()).isCloseTo(Math.sqrt(0.05) / 2, within(1e-15));
        assertThat(group(true).aggregate(Map.of("a", part(0.5, null, 10), "b", part(0.8, 0.2, 30))).getFirst().stderr()).isNull();
        assertThat(group(true).aggregate(Map.of("a", part(0.5, 0.1, 10))).getFirst().value()).isEqualTo(0.5);
    }

    private static TaskGroup group(boolean weightBySize) {
        return new TaskGroup("g", "g", null, List.of(), List.of("a", "b"), List.of("a", "b"),
                List.of(new GroupMetric("acc", null, weightBySize)), java.util.Optional.empty());
    }

    @Test
    void joinsPagesAndSentencesAsTheQuantizationPapersDo() throws IOException {
        var pages = new StringBuilder();
        for (int i = 0; i < 1105; i++) {
            pages.append("{\"text\": \"page ").append(i).append("\"}\n");
        }
        place("allenai__c4/en/validation.jsonl", pages.toString());
        place("ptb-text-only__ptb_text_only/penn_treebank/validation.jsonl", "{\"sentence\": \"a <unk> b\"}\n{\"sentence\": \"c\"}\n");
        place("ptb-text-only__ptb_text_only/penn_treebank/test.jsonl", "{\"sentence\": \"d\"}\n{\"sentence\": \"e N\"}\n");
        Request.Windows c4 = windows("c4_gptq_new");
        assertThat(c4.text()).startsWith("page 0 page 1 ").endsWith(" page 1099");
        assertThat(c4.limit()).isEqualTo(256);
        assertThat(windows("ptb_gptq_old")).isEqualTo(new Request.Windows("a <unk> b\n\nc", 2048, 0));
        assertThat(windows("ptb_gptq_new")).isEqualTo(new Request.Windows("d e N", 2048, 0));
    }

    private void place(String name, String text) throws IOException {
        Path file = folder.resolve("data").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Request.Windows windows(String task) {
        var items = TaskRegistry.installed().load(task).prepare(DataSource.of(folder.resolve("data")), null, null).items();
        return (Request.Windows) items.getFirst().requests().getFirst();
    }
}
