package org.bitrank.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.measure.BitAccount.TensorClass;
import org.junit.jupiter.api.Test;

class BitAccountTest {
    @Test
    void anUnquantizedCheckpointHasTheBitsOfItsType() {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path("fixtures/hf/llm/llama31-gqa-tied-bf16"))) {
            BitAccount account = BitAccount.of(checkpoint);
            assertThat(account.nominalBits()).isEqualTo(16);
            assertThat(account.effectiveBits()).isEqualTo(16);
            assertThat(account.bitsAll()).isEqualTo(16);
            assertThat(account.classes()).containsOnlyKeys(TensorClass.LINEAR, TensorClass.EMBEDDING, TensorClass.NORM);
        }
    }

    @Test
    void scalesAndZeroPointsCount() {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path("fixtures/quantized/ct-w4a16-asym-g128"))) {
            BitAccount account = BitAccount.of(checkpoint);
            assertThat(account.nominalBits()).isEqualTo(4);
            // 4 bits, a float16 scale and a 4-bit zero point for 128 weights, and 16 bytes of shape a matrix
            assertThat(account.effectiveBits()).isCloseTo(4 + 20.0 / 128, within(0.005));
            assertThat(account.classes().get(TensorClass.LINEAR).stored().zeroPoints()).isPositive();
            assertThat(account.classes().get(TensorClass.EMBEDDING).bits()).isEqualTo(16);
        }
    }

    @Test
    void blocksOfAGgufFileCountWhole() {
        try (Checkpoint checkpoint = Checkpoint.open(SharedFiles.path("models/smollm2-135m-instruct"))) {
            BitAccount account = BitAccount.of(checkpoint);
            assertThat(account.nominalBits()).isEqualTo(4);
            assertThat(account.effectiveBits()).isEqualTo(5);
            assertThat(account.classes().get(TensorClass.EMBEDDING).bits()).isEqualTo(8.5);
            assertThat(account.bytes()).isEqualTo(98_362_432);
        }
    }
}
