package org.bitrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** The frame of every command. */
class CommandLineToolTest {
    @Test
    void runningOutOfMemoryIsOneLineAndItsExitCode() {
        assertOutOfMemory(() -> {
            throw new OutOfMemoryError("Java heap space");
        });
        assertOutOfMemory(() -> {
            throw new CompletionException(new OutOfMemoryError("Java heap space"));
        });
    }

    @Test
    void helpOfACommandThatIsNoneIsAMistakeOfUse() {
        for (String[] arguments : new String[][] {{"quantise", "--help"}, {"quantise"}, {"methods", "lst", "--help"}}) {
            Outcome outcome = Outcome.of(arguments);
            assertThat(outcome.exitCode()).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(outcome.err()).startsWith("error: ").contains(arguments[0].equals("methods") ? "lst" : "quantise").contains("--help");
            assertThat(outcome.out()).isEmpty();
        }
        assertThat(Outcome.of("quantize", "--help").exitCode()).isZero();
    }

    private static void assertOutOfMemory(Runnable work) {
        var said = new StringWriter();
        int exitCode = CommandLineTool.frame().addSubcommand(new Greedy(work)).setErr(new PrintWriter(said, true)).execute("greedy");
        assertThat(exitCode).isEqualTo(5);
        assertThat(said.toString()).isEqualToNormalizingNewlines("error: out of memory; give the program more (JAVA_OPTS=-Xmx…) or use a smaller model\n");
    }

    @Command(name = "greedy")
    private record Greedy(Runnable work) implements Runnable {
        @Override
        public void run() {
            work.run();
        }
    }
}
