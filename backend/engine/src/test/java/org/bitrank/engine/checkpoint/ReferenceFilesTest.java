package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.bitrank.engine.Sha256;
import org.junit.jupiter.api.Test;

class ReferenceFilesTest {
    @Test
    void everyFileOfTheEmbeddedSuiteIsAsItsChecksumSays() throws Exception {
        Path suite = ModelCatalog.installation().orElseThrow().resolve("datasets/reference");
        List<String> lines = Files.readAllLines(suite.resolve("SHA256SUMS"));
        var expected = new TreeMap<String, String>();
        var actual = new TreeMap<String, String>();
        for (String line : lines) {
            String[] parts = line.split(" +", 2);
            expected.put(parts[1], parts[0]);
            actual.put(parts[1], Sha256.of(suite.resolve(parts[1])));
        }

        assertThat(actual).hasSizeGreaterThan(10).isEqualTo(expected);
    }
}
