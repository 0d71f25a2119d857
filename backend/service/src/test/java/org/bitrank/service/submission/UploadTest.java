package org.bitrank.service.submission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    private Receipt submit(Path archive, Measuring measuring) {
        return bean(Submissions.class).submitCheckpoint(
                new CheckpointOffer(Catalog.REFERENCE_MODEL, null, archive, "model.zip", "the model itself"), measuring, "api");
    }

    private Path archive() throws IOException {
        return archive(config -> {});
    }

    private Path archive(Consumer<ObjectNode> change) throws IOException {
        Path archive = home.resolve("model.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(archive));
                DirectoryStream<Path> files = Files.newDirectoryStream(ModelCatalog.resolve(Catalog.REFERENCE_MODEL))) {
            zip.setLevel(1);
            for (Path file : files) {
                zip.putNextEntry(new ZipEntry(file.getFileName().toString()));
                if (file.endsWith("config.json")) {
                    var config = (ObjectNode) JsonMapper.shared().readTree(file);
                    change.accept(config);
                    zip.write(JsonMapper.shared().writeValueAsBytes(config));
                } else {
                    Files.copy(file, zip);
                }
            }
        }
        return archive;
    }
}
