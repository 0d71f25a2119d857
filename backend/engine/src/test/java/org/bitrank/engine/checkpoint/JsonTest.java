package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void aCutFileIsToldWithoutTheParsersWordsOnItsSource() {
        assertThatThrownBy(() -> Json.parseObject("{\"model\": {\"vocab\": {\"a\": 1".getBytes(StandardCharsets.UTF_8), "tokenizer.json"))
                .isInstanceOf(BitRankException.class)
                .satisfies(failure -> assertThat(failure.getMessage())
                        .startsWith("tokenizer.json is not valid JSON: Unexpected end-of-input")
                        .doesNotContain("Source", "REDACTED", "UNKNOWN"));
    }
}
