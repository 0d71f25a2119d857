package org.bitrank.service.submission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.catalog.TaskChoice;
import org.bitrank.service.submission.Receipt.Outcome;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class UploadTest extends ServiceTest {
    private static final String WEIGHTS = "model.safetensors";
    private static final Measuring WRONG = Measuring.of(List.of(new TaskChoice("micro_nothing", null)));

    @Override
    protected String databaseUrl() {
        return null;
    }

    @Test
    void aRefusedSubmissionLeavesTheUploadOfAnEarlierOneAlone() throws IOException {
        Path archive = archive();
        assertThat(submit(archive, WRONG).outcome()).isEqualTo(Outcome.INVALID);
        assertThat(settings().uploads().resolve(Sha256.of(archive))).doesNotExist();
        assertThat(submit(archive, Measuring.USUAL).outcome()).isEqualTo(Outcome.QUEUED);
        assertThat(submit(archive, WRONG).outcome()).isEqualTo(Outcome.INVALID);
        assertThat(settings().uploads().resolve(Sha256.of(archive)).resolve("model.safetensors")).exists();
    }

    @Test
    void aConfigThatAsksForAllMemoryIsRefusedByItsFieldAndNotKept() throws IOException {
        Path archive = archive(config -> config.put("num_hidden_layers", 2_000_000_000));
        Receipt receipt = submit(archive, Measuring.USUAL);
        assertThat(receipt.outcome()).isEqualTo(Outcome.INVALID);
        assertThat(receipt.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo("checkpoint");
            assertThat(problem.message()).contains("num_hidden_layers").contains("2000000000");
        });
        assertThat(settings().uploads().resolve(Sha256.of(archive))).doesNotExist();
    }

    /** Seen from the files' headers alone, so that nobody waits for a turn that must fail; and said in the sender's words. */
    @Test
    void whatNoWorkerCouldLoadIsRefusedByTheFileThatIsWrong() throws IOException {
        refused(archive(Catalog.REFERENCE_MODEL, (name, bytes) -> name.startsWith("tokenizer") || name.startsWith("vocab") || name.startsWith("merges") ? null : bytes),
                "has no tokenizer.json");
        refused(archive(Catalog.REFERENCE_MODEL, (name, bytes) -> name.equals(WEIGHTS) ? renamed(bytes, "model.layers.1.mlp.up_proj.weight", "model.layers.1.mlp.up_prok.weight") : bytes),
                "model.safetensors: model.layers.1.mlp.up_proj.weight is missing", "get the whole checkpoint");
        refused(archive(Catalog.REFERENCE_MODEL, (name, bytes) -> name.equals(WEIGHTS) ? Arrays.copyOf(bytes, bytes.length - 5_000) : bytes), "model.safetensors");
        refused(archive(Catalog.REFERENCE_MODEL, (name, bytes) -> name.equals(WEIGHTS) ? null : bytes), "'model.zip'");
    }

    @Test
    void aCheckpointOfTextAloneIsNotMeasuredOnThePicturesOfItsBase() throws IOException {
        Path archive = archive(Catalog.REFERENCE_MODEL, (name, bytes) -> bytes);
        Receipt receipt = bean(Submissions.class).submitCheckpoint(
                new CheckpointOffer(Catalog.REFERENCE_VISUAL_MODEL, null, archive, "model.zip", ""), Measuring.of(List.of(new TaskChoice("micro_mme", 2))), "api");
        assertThat(receipt.problems()).singleElement().isEqualTo(new FieldProblem(
                "tasks", "micro_mme: these show pictures, and the checkpoint reads text alone; leave them out"));
    }

    private void refused(Path archive, String... words) {
        Receipt receipt = submit(archive, Measuring.USUAL);
        assertThat(receipt.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo("checkpoint");
            assertThat(problem.message()).contains(words).doesNotContain(home.toString());
        });
    }

    private static byte[] renamed(byte[] file, String tensor, String other) {
        return new String(file, StandardCharsets.ISO_8859_1).replace(tensor, other).getBytes(StandardCharsets.ISO_8859_1);
    }

    private Receipt submit(Path archive, Measuring measuring) {
        return bean(Submissions.class).submitCheckpoint(
                new CheckpointOffer(Catalog.REFERENCE_MODEL, null, archive, "model.zip", "the model itself"), measuring, "api");
    }

    private Path archive() throws IOException {
        return archive(config -> {});
    }

    private Path archive(Consumer<ObjectNode> change) throws IOException {
        return archive(Catalog.REFERENCE_MODEL, (name, bytes) -> {
            if (!name.equals("config.json")) {
                return bytes;
            }
            var config = (ObjectNode) JsonMapper.shared().readTree(bytes);
            change.accept(config);
            return JsonMapper.shared().writeValueAsBytes(config);
        });
    }

    /** @param change of each file by its name; null leaves it out */
    private Path archive(String model, BiFunction<String, byte[], byte[]> change) throws IOException {
        Path archive = home.resolve("model.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(archive));
                DirectoryStream<Path> files = Files.newDirectoryStream(ModelCatalog.resolve(model), Files::isRegularFile)) {
            zip.setLevel(1);
            for (Path file : files) {
                byte[] bytes = change.apply(file.getFileName().toString(), Files.readAllBytes(file));
                if (bytes != null) {
                    zip.putNextEntry(new ZipEntry(file.getFileName().toString()));
                    zip.write(bytes);
                }
            }
        }
        return archive;
    }
}
