package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCatalogTest {
    @Test
    void theReferenceModelIsFoundFromAnyFolderInside() {
        assertThat(ModelCatalog.resolve("reference/micro-llama")).isDirectory().endsWithRaw(Path.of("datasets/reference/micro-llama"));
    }

    @Test
    void aPathIsItself(@TempDir Path folder) {
        assertThat(ModelCatalog.resolve(folder.toString())).isEqualTo(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "reference/nothing, DATA_MISSING, 'datasets/reference: reference/micro-llama, reference/micro-llava'",
        "reference/../../docs, DATA_MISSING, there is no model",
        "no/such/folder, DATA_MISSING, there is no model 'no/such/folder'",
        "hf://nobody/nothing, DATA_MISSING, HF_HUB_OFFLINE forbids to fetch it",
        "hf://nobody/nothing@v1, DATA_MISSING, (revision v1) is not in the hub cache",
        "hf://../../etc, BAD_INPUT, is no hub address",
        "hf://nobody, BAD_INPUT, is no hub address",
    })
    void whatIsNotThereIsSaidPlainly(String model, FailureClass failureClass, String message) {
        assertThatThrownBy(() -> ModelCatalog.resolve(model))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(failureClass))
                .hasMessageContaining(message);
    }
}
