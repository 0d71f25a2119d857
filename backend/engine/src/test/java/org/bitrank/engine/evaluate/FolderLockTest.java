package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bitrank.engine.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    @TempDir
    Path directory;

    @Test
    void secondRunWaitsForTheFirst() throws Exception {
        FolderLock first = FolderLock.take(directory, "base", Progress.SILENT);
        var second = CompletableFuture.supplyAsync(() -> FolderLock.take(directory, "base", Progress.SILENT));
        assertThatThrownBy(() -> second.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        first.close();
        second.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void waitingEndsWhenTheRunIsCancelled() {
        var told = new ArrayList<String>();
        var impatient = new Progress() {
            @Override
            public void report(String step, long done, long total) {
                told.add(step);
            }

            @Override
            public boolean cancelled() {
                return !told.isEmpty();
            }
        };
        try (FolderLock _ = FolderLock.take(directory, "base", Progress.SILENT)) {
            assertThatThrownBy(() -> FolderLock.take(directory, "base", impatient)).hasMessage("cancelled");
        }
        assertThat(told).containsExactly("wait for another run of base");
    }
}
