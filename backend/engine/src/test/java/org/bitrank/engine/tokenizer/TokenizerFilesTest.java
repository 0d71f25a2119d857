package org.bitrank.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFilesTest {
    private static final String FOLDER = "models/smollm2-135m-instruct";
    private static final String TEXT = "<|im_start|>user\nIt was 1984;\n\n  naïve café 漢字<|im_end|>";

    @Test
    void theFilesOfAGgufTokenizerGiveTheSameTokenizer(@TempDir Path folder) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path(FOLDER + "/SmolLM2-135M-Instruct.Q4_1.gguf"))) {
            for (Map.Entry<String, byte[]> file : TokenizerFiles.missingFrom(checkpoint).entrySet()) {
                Files.write(folder.resolve(file.getKey()), file.getValue());
            }
            try (Tokenizer built = Tokenizer.of(checkpoint); Tokenizer written = Tokenizer.of(folder)) {
                assertThat(written.encode(TEXT)).isEqualTo(built.encode(TEXT));
                assertThat(written.encodeWithSpecial(TEXT)).isEqualTo(built.encodeWithSpecial(TEXT));
                assertThat(written.bos()).isEqualTo(built.bos());
                assertThat(written.eos()).isEqualTo(built.eos());
                assertThat(written.stopTokens()).isEqualTo(built.stopTokens());
            }
        }
    }

    @Test
    void nothingIsMissingWhereTheFilesAreThere() {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path(FOLDER))) {
            assertThat(TokenizerFiles.missingFrom(checkpoint)).isEmpty();
        }
    }
}
