package org.bitrank.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class NativeCallTest {
    @Test
    void uncheckedFailuresStayThemselves() {
        var refused = BitRankException.badInput("one line for who submitted it");
        assertThat(NativeCall.failed(refused)).isSameAs(refused);

        var exhausted = new OutOfMemoryError();
        assertThatThrownBy(() -> NativeCall.failed(exhausted)).isSameAs(exhausted);
    }

    @Test
    void aCheckedOneIsKeptAsTheCause() {
        var checked = new IOException();
        assertThat(NativeCall.failed(checked)).isExactlyInstanceOf(IllegalStateException.class).hasCause(checked);
    }
}
