package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.Progress;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class GroupReportTest {
    private static final int DOCUMENTS = 12;

    @TempDir
    Path directory;

    @Test
    void aGroupsNumbersAreThoseOfAllItsDocuments() throws IOException {
        Path group = Files.writeString(directory.resolve("two.yaml"), """
                group: two
                group_alias: Two of them
                task: [micro_facts, micro_people]
                aggregate_metric_list: [{metric: acc, weight_by_size: true}]
                metadata: {version: 3}
                """);
        var request = new EvaluationRequest(MicroRun.quantized(directory.resolve("model")), MicroRun.base(),
                List.of(group.toString(), "micro_tools"), null, DOCUMENTS, null, BosPolicy.AUTO, null, "cpu", ComputeType.FLOAT32,
                directory.resolve("run"), directory.resolve("base"), false, false);
        EvaluationReport report = Evaluator.evaluate(request, Progress.SILENT);

        assertThat(report.tasks()).extracting(TaskReport::name).containsExactly("micro_facts", "micro_people", "micro_tools");
        GroupReport two = report.groups().getFirst();
        MetricValue accuracy = two.metrics().getFirst();
        double mean = (report.tasks().get(0).metrics().getFirst().value() + report.tasks().get(1).metrics().getFirst().value()) / 2;
        assertThat(accuracy.value()).isCloseTo(mean, within(1e-12));
        MetricComparison compared = two.comparisons().getFirst();
        assertThat(compared.difference()).isCloseTo(accuracy.value() - two.baseMetrics().getFirst().value(), within(1e-12));
        assertThat(compared.low()).isLessThanOrEqualTo(compared.difference());

        JsonNode results = ResultsFile.json(report);
        assertThat(results.get("groups").get("two")).isEqualTo(results.get("results").get("two"));
        assertThat(results.get("groups").get("two").get("acc,none").doubleValue()).isEqualTo(accuracy.value());
        assertThat(results.get("groups").get("two").get("alias").stringValue()).isEqualTo("Two of them");
        assertThat(results.get("group_subtasks").get("two").valueStream().map(JsonNode::stringValue)).containsExactly("micro_facts", "micro_people");
        assertThat(results.get("versions").get("two").intValue()).isEqualTo(3);
        assertThat(results.get("n-shot").get("two").intValue()).isZero();
        assertThat(results.get("bitrank").get("comparison").get("two").get("metrics").has("acc,none")).isTrue();
    }
}
