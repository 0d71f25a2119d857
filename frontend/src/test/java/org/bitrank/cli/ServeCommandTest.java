package org.bitrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
    private record Outcome(int code, String said) {}

    @Test
    void anAddressThatLetsOthersInNeedsAnExplicitFlag() {
        Outcome outcome = run("serve", "--bind", "0.0.0.0");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.said().lines()).hasSize(1);
        assertThat(outcome.said()).contains("--allow-remote").contains("everybody who reaches the server is its operator");
    }

    @Test
    void aPortThatIsTakenIsSaidInOneLine(@TempDir Path home) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Outcome outcome = run("serve", "--no-worker", "--home", home.toString(), "--port", Integer.toString(taken.getLocalPort()));
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.said()).contains("error: port " + taken.getLocalPort() + " is taken");
        }
    }

    private static Outcome run(String... arguments) {
        PrintStream before = System.err;
        var bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            return new Outcome(CommandLineTool.run(arguments), bytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }
}
