package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.statistics.Clusters;
import org.bitrank.engine.tasks.DataSource;
import org.bitrank.engine.tasks.ItemMetric;
import org.bitrank.engine.tasks.ItemScores;
import org.bitrank.engine.tasks.PreparedTask;
import org.bitrank.engine.tasks.Score;
import org.bitrank.engine.tasks.Task;
import org.bitrank.engine.tasks.TaskRegistry;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
    private static final double[] RIGHT = {1, 1, 0, 0, 1, 1};

    @TempDir
    Path directory;

    private PreparedTask task(String metadata) throws IOException {
        var lines = new ArrayList<String>();
        for (int i = 0; i < RIGHT.length; i++) {
            lines.add("{\"passage\": \"text %d\", \"question\": \"question %d\", \"label\": 0}".formatted(i / 2, i));
        }
        Files.write(directory.resolve("questions.jsonl"), lines);
        Path file = Files.writeString(directory.resolve("passages.yaml"), """
                task: passages
                dataset_path: json
                dataset_kwargs: {data_files: {test: questions.jsonl}}
                test_split: test
                output_type: multiple_choice
                doc_to_text: "{{passage}} {{question}}"
                doc_to_choice: ["yes", "no"]
                doc_to_target: label
                metric_list:
                  - {metric: acc, aggregation: mean, higher_is_better: true}
                metadata: %s
                """.formatted(metadata));
        return TaskRegistry.installed().load(file.toString()).prepare(DataSource.of(null), null, null);
    }

    private static List<ItemScores> scores() {
        var scores = new ArrayList<ItemScores>();
        for (int i = 0; i < RIGHT.length; i++) {
            scores.add(new ItemScores(i, List.of(new ItemMetric("acc", "none", Score.of(RIGHT[i])))));
        }
        return scores;
    }

    @Test
    void documentsOfOnePassageBelongTogether() throws IOException {
        PreparedTask prepared = task("{version: 1, cluster: passage}");
        Clusters sources = Sources.of(prepared);
        assertThat(sources.of()).containsExactly(0, 0, 1, 1, 2, 2);
        Task task = prepared.task();
        MetricSpread spread = MetricSpread.of(task, task.aggregate(scores()), scores(), sources).getFirst();
        // Three passages with two, none and two right answers: as if there were three items.
        assertThat(spread.clusteredError()).isCloseTo(Math.sqrt((4.0 / 9 + 16.0 / 9 + 4.0 / 9) * 1.5) / 6, within(1e-12));
        assertThat(spread.low()).isLessThan(2.0 / 3).isCloseTo(2.0 / 3 - 4.302652729749464 * spread.clusteredError(), within(1e-9));
    }

    @Test
    void documentsStandByThemselvesUnlessTheTaskSaysOtherwise() throws IOException {
        PreparedTask prepared = task("{version: 1}");
        assertThat(Sources.of(prepared)).isNull();
        Task task = prepared.task();
        MetricSpread spread = MetricSpread.of(task, task.aggregate(scores()), scores(), null).getFirst();
        assertThat(spread.clusteredError()).isNull();
        assertThat(spread.high()).isGreaterThan(2.0 / 3);
    }

    @Test
    void aColumnThatIsNotThereIsNamed() throws IOException {
        PreparedTask prepared = task("{version: 1, cluster: paragraph}");
        assertThatThrownBy(() -> Sources.of(prepared)).isInstanceOf(BitRankException.class).hasMessageContaining("'paragraph'");
    }
}
