package org.bitrank.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of {@code ./bitrank}. */
@Command(name = "bitrank", mixinStandardHelpOptions = true, description = "What does a quantized model lose, and what does it save?")
public final class CommandLineTool {
    /** Runs one command and returns its exit code. */
    public static int run(String... arguments) {
        return new CommandLine(new CommandLineTool()).execute(arguments);
    }
}
