package org.bitrank.service.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.bitrank.engine.Sha256;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.artifact.Artifact;
import org.bitrank.service.artifact.Artifacts;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.catalog.TaskChoice;
import org.bitrank.service.leaderboard.BoardQuery;
import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.leaderboard.BoardView;
import org.bitrank.service.leaderboard.Leaderboard;
import org.bitrank.service.result.Repeats;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.Rows;
import org.bitrank.service.run.RunState;
import org.bitrank.service.run.RunView;
import org.bitrank.service.settings.ServiceSettings;
import org.bitrank.service.submission.Receipt.Outcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The whole way from a recipe to a row, with the embedded model and the real engine. */
abstract class SubmissionContract extends ServiceTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Measuring TASKS =
            Measuring.of(List.of(new TaskChoice("micro_text", 2), new TaskChoice("micro_yes_no", 12)));

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private Submissions submissions;

    @Override
    protected ServiceSettings settings() {
        ServiceSettings base = super.settings();
        return new ServiceSettings(
                base.home(), true, base.database(), "cpu", "float32", List.of(), base.heartbeat(), 3, false, "", DataSize.ofMegabytes(500));
    }

    @BeforeAll
    void find() {
        submissions = bean(Submissions.class);
    }

    private static ObjectNode recipe(String method, int bits) {
        ObjectNode recipe = JSON.createObjectNode().put("model", Catalog.REFERENCE_MODEL).put("method", method);
        recipe.putObject("weights").put("bits", bits).put("group-size", 64);
        return recipe;
    }

    private RunView ended(long submission) {
        await().atMost(PATIENCE).until(() -> submissions.status(submission).orElseThrow().run().state().over());
        return submissions.status(submission).orElseThrow().run();
    }

    @Test
    void aRecipeBecomesARankedDownloadableRow() throws IOException {
        Receipt receipt = submissions.submitRecipe(recipe("rtn", 4), TASKS, "api");
        assertThat(receipt.outcome()).isEqualTo(Outcome.QUEUED);
        RunView run = ended(receipt.submissionId());
        assertThat(run.failure()).isNull();
        assertThat(run.state()).isEqualTo(RunState.FINISHED);

        RowDetail detail = bean(Rows.class).detail(run.rowId()).orElseThrow();
        assertThat(detail.row().scores()).extracting("task").contains("micro_text:limit=2", "micro_yes_no");
        assertThat(detail.row().perplexity().difference()).isNotNull();
        assertThat(detail.row().divergence()).isPositive();
        assertThat(detail.evidence()).hasSameSizeAs(detail.records()).allSatisfy(evidence -> {
            assertThat(evidence.comparisons()).isNotEmpty().hasSameSizeAs(evidence.statistics().spreads());
            if (evidence.tokens() != null) {
                assertThat(evidence.tokens().tailDivergence()).isGreaterThanOrEqualTo(evidence.tokens().medianDivergence());
            }
        });
        assertThat(detail.row().topAgreement()).isBetween(0.1, 1.0);
        assertThat(detail.row().effectiveBits()).isBetween(4.0, 5.0);
        assertThat(detail.row().prefillRate()).isPositive();
        assertThat(detail.command()).contains("eval --model reference/micro-llama --recipe");
        assertThat(bean(Rows.class).records(run.rowId(), "micro_yes_no").orElseThrow())
                .satisfies(file -> assertThat(Files.readAllLines(file)).hasSize(12));
        archiveHoldsWhatTheRowSays(detail);

        Receipt again = submissions.submitRecipe(recipe("rtn", 4), TASKS, "form");
        assertThat(again.outcome()).isEqualTo(Outcome.KNOWN);
        assertThat(again.rowId()).isEqualTo(run.rowId());

        // The base is measured next, and stands above the row then.
        await().atMost(PATIENCE).until(() -> bean(Rows.class).detail(run.rowId()).orElseThrow().row().baseRowId() != null);
        BoardView board = bean(Leaderboard.class).view(BoardQuery.measured(0, 50));
        assertThat(board.rows()).filteredOn(row -> row.id() == run.rowId()).singleElement()
                .satisfies(row -> assertThat(row.rank()).isNotNull());
        assertThat(board.bases()).extracting(BoardRow::id).contains(
                bean(Rows.class).row(run.rowId()).orElseThrow().baseRowId());
    }

    private void archiveHoldsWhatTheRowSays(RowDetail detail) throws IOException {
        Artifact artifact = bean(Artifacts.class).find(detail.row().artifactSha256()).orElseThrow();
        Map<String, String> expected = new HashMap<>();
        detail.files().forEach(file -> expected.put(file.name(), file.sha256()));
        Map<String, String> found = new HashMap<>();
        Path copy = home.resolve("entry");
        try (var tar = new TarArchiveInputStream(Files.newInputStream(artifact.path()))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Files.write(copy, tar.readAllBytes());
                found.put(entry.getName().substring(entry.getName().indexOf('/') + 1), Sha256.of(copy));
            }
        }
        found.remove("SHA256SUMS");
        assertThat(found).isEqualTo(expected).containsKeys("model.safetensors", "bitrank.json", "config.json");
        assertThat(Sha256.of(artifact.path())).isEqualTo(artifact.sha256());
    }

    /** This process works itself, so that what it cannot read no worker can. */
    @Test
    void calibrationDataThatAreNotThereAreRefusedBeforeTheyWait() {
        for (String dataset : List.of("text:/nowhere.txt", "pictures:/nowhere.jsonl", "text:/", "text:" + home.resolve("none.txt"))) {
            ObjectNode recipe = recipe("gptq", 4).put("model", dataset.startsWith("pictures:") ? "reference/micro-llava" : "reference/micro-llama");
            recipe.putObject("calibration").put("dataset", dataset);
            assertThat(submissions.check(recipe, TASKS).problems()).containsExactlyElementsOf(submissions.submitRecipe(recipe, TASKS, "form").problems())
                    .singleElement().satisfies(problem -> {
                        assertThat(problem.field()).isEqualTo("calibration.dataset");
                        assertThat(problem.message()).startsWith("'" + dataset + "' names no file that the server can read; give the whole path");
                    });
        }
        ObjectNode noPath = recipe("gptq", 4);
        noPath.putObject("calibration").put("dataset", "text:a\u0000b");
        assertThat(submissions.check(noPath, TASKS).problems()).singleElement().extracting(FieldProblem::message).asString().contains("holds no path of a file");
    }

    /** GGUF has no blocks for two bits that hold these codes. */
    @Test
    void aRowIsNamedByTheBitsThatWereAskedAndPricedByThoseThatAreStored() {
        Receipt receipt = submissions.submitRecipe(recipe("rtn", 2).put("format", "gguf"), Measuring.of(List.of(new TaskChoice("micro_yes_no", 4))), "api");
        RowDetail detail = bean(Rows.class).detail(ended(receipt.submissionId()).rowId()).orElseThrow();
        assertThat(detail.row().bits()).isEqualTo(2);
        assertThat(detail.row().effectiveBits()).isEqualTo(4.5);
        assertThat(detail.protocol()).filteredOn(fact -> fact.name().equals("note")).singleElement().extracting(RowDetail.NamedValue::value).asString()
                .startsWith("codes of 2 bits are stored in GGUF's blocks of 4,");
    }

    @Test
    void aModelThatSeesIsMeasuredOnPictures() {
        Receipt receipt = submissions.submitRecipe(
                recipe("rtn", 8).put("model", Catalog.REFERENCE_VISUAL_MODEL),
                Measuring.of(List.of(new TaskChoice("micro_mme", 6), new TaskChoice("micro_docvqa", 4))), "api");
        assertThat(receipt.outcome()).isEqualTo(Outcome.QUEUED);
        RunView run = ended(receipt.submissionId());
        assertThat(run.failure()).isNull();
        RowDetail detail = bean(Rows.class).detail(run.rowId()).orElseThrow();
        assertThat(detail.row().scores()).filteredOn("main", true).extracting("metric").containsExactlyInAnyOrder("acc", "anls");
        assertThat(bean(Rows.class).records(run.rowId(), "micro_mme").orElseThrow()).content().contains("<image>", "images/micro_mme/000.png");
    }

    @Test
    void howQuestionsArePutIsPartOfWhatARowIsMeasuredBy() {
        var tasks = List.of(new TaskChoice("micro_mme", 4));
        ObjectNode recipe = recipe("rtn", 8).put("model", Catalog.REFERENCE_VISUAL_MODEL);
        Receipt usual = submissions.submitRecipe(recipe, Measuring.of(tasks), "api");
        Receipt named = submissions.submitRecipe(recipe, new Measuring(tasks, "vicuna_v1", "original"), "api");
        assertThat(named.submissionId()).isNotEqualTo(usual.submissionId());
        assertThat(submissions.submitRecipe(recipe, new Measuring(tasks, "auto", "transformers"), "api").submissionId()).isEqualTo(usual.submissionId());
        RowDetail one = bean(Rows.class).detail(ended(usual.submissionId()).rowId()).orElseThrow();
        RowDetail other = bean(Rows.class).detail(ended(named.submissionId()).rowId()).orElseThrow();
        assertThat(other.row().protocolKey()).isNotEqualTo(one.row().protocolKey());
        assertThat(one.row().protocolLine()).doesNotContain("chat template");
        assertThat(other.row().protocolLine()).contains(" · chat template vicuna_v1 · picture tokens original · ");
        assertThat(one.protocol()).contains(new RowDetail.NamedValue("questions as a conversation", "the model's chat template"));
        assertThat(other.protocol()).contains(new RowDetail.NamedValue("questions as a conversation", "vicuna_v1"), new RowDetail.NamedValue("picture tokens", "original"));
        assertThat(other.command()).contains("--apply-chat-template vicuna_v1 --picture-tokens original");
        assertThat(one.command()).doesNotContain("--apply-chat-template");
        Receipt odd = submissions.submitRecipe(recipe, new Measuring(tasks, "vicuna", "twice"), "api");
        assertThat(odd.problems()).extracting(FieldProblem::field).containsExactly("chat-template", "picture-tokens");
        assertThat(odd.problems().getFirst().message()).contains("llava_llama_3");
    }

    @Test
    void problemsStandBesideTheirFields() {
        ObjectNode recipe = recipe("rtn", 17).put("colour", "blue");
        recipe.put("model", "no/such-model");
        Receipt receipt = submissions.submitRecipe(recipe, Measuring.USUAL, "form");
        assertThat(receipt.outcome()).isEqualTo(Outcome.INVALID);
        assertThat(receipt.problems()).extracting(FieldProblem::field).contains("weights.bits", "colour");
        Receipt model = submissions.submitRecipe(recipe("rtn", 4).put("model", "no/such-model"), Measuring.USUAL, "form");
        assertThat(model.problems()).extracting(FieldProblem::field).containsExactly("model");
        Receipt task = submissions.submitRecipe(recipe("rtn", 4), Measuring.of(List.of(new TaskChoice("micro_nothing", null))), "form");
        assertThat(task.problems()).extracting(FieldProblem::field).containsExactly("tasks");
    }

    @Test
    void repeatsRunWithFollowingSeedsAndBecomeOneRowOfTheBoard() {
        ObjectNode gptq = recipe("gptq", 4);
        gptq.putObject("calibration").put("dataset", "reference").put("samples", 4).put("sequence-length", 64).put("seed", 7);
        Receipt receipt = submissions.submitRepeats(gptq, 2, TASKS, "api");
        assertThat(receipt.outcome()).isEqualTo(Outcome.QUEUED);
        long first = ended(receipt.submissionId()).rowId();
        ((ObjectNode) gptq.get("calibration")).put("seed", 8);
        Receipt next = submissions.submitRecipe(gptq, TASKS, "api");
        assertThat(next.outcome()).isNotEqualTo(Outcome.QUEUED);
        long second = ended(next.submissionId()).rowId();
        assertThat(bean(Rows.class).repeats(first).orElseThrow().rows()).extracting(Repeats.Repeat::seed).containsExactly(7L, 8L);
        List<BoardRow> rows = bean(Leaderboard.class).view(BoardQuery.measured(0, 50)).rows();
        assertThat(rows).extracting(BoardRow::id).contains(first).doesNotContain(second);
    }

    @Test
    void repeatsThatWouldBeTheSameAreRefused() {
        assertThat(submissions.submitRepeats(recipe("rtn", 4), 2, TASKS, "api").problems()).singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("looks at no data"));
        assertThat(submissions.submitRepeats(recipe("gptq", 4), 11, TASKS, "api").problems())
                .extracting(FieldProblem::field).containsExactly("repeats");
    }

    @Test
    void theSameRequestWhileUnderWayIsTheSameSubmission() {
        Receipt first = submissions.submitRecipe(recipe("rtn", 3), TASKS, "api");
        Receipt second = submissions.submitRecipe(recipe("rtn", 3), TASKS, "api");
        assertThat(second.submissionId()).isEqualTo(first.submissionId());
        // It may be over by now, or end before the worker reads the wish.
        boolean cancelled = submissions.cancel(first.submissionId());
        RunState state = ended(first.submissionId()).state();
        assertThat(state).isIn(RunState.CANCELLED, RunState.FINISHED);
        assertThat(cancelled || state == RunState.FINISHED).isTrue();
    }
}
