package org.bitrank.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelCacheTest {
    @Test
    void theProgramHoldsEveryFileOfKernels() throws IOException, URISyntaxException {
        String program = KernelCache.source();
        try (Stream<Path> files = Files.list(Path.of(KernelCache.class.getResource("/cuda").toURI()))) {
            assertThat(files.toList()).isNotEmpty().allSatisfy(file ->
                    assertThat(program).contains("#line 1 \"" + file.getFileName() + "\"\n" + Files.readString(file)));
        }
    }
}
