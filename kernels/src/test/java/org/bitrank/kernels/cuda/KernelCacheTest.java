package org.bitrank.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelCacheTest {
    /** The sources themselves: a build folder keeps files that have left them. */
    private static final Path SOURCES = Path.of("src/main/cuda");

    @Test
    void theProgramHoldsEveryFileOfKernels() throws IOException {
        String program = KernelCache.source();
        try (Stream<Path> files = Files.list(SOURCES)) {
            assertThat(files.toList()).isNotEmpty().allSatisfy(file ->
                    assertThat(program).contains("#line 1 \"" + file.getFileName() + "\"\n" + Files.readString(file)));
        }
    }
}
