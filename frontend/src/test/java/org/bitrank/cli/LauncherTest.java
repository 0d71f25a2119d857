package org.bitrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.junit.jupiter.api.Test;

/** The script in the repository's root, as far as it answers by itself. */
class LauncherTest {
    @Test
    void helpOfTestIsOursAndNeedsNeitherJavaNorMaven() throws Exception {
        Path launcher = ModelCatalog.installation().orElseThrow().resolve("bitrank");
        for (String option : new String[] {"--help", "-h"}) {
            var builder = new ProcessBuilder("/bin/sh", launcher.toString(), "test", option).redirectErrorStream(true);
            builder.environment().remove("JAVA_HOME");
            Process process = builder.start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            assertThat(said).startsWith("Usage: bitrank test").contains("Chromium").contains("-Dtest=NAME").doesNotContain("usage: mvn");
        }
    }
}
