package org.bitrank;

import org.bitrank.cli.CommandLineTool;

/** The one entry point: the command line, of which {@code serve} is a command. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        // Before the first logger; the server, which is configured by Spring, clears it again.
        System.setProperty("logback.configurationFile", "logback-cli.xml");
        System.exit(CommandLineTool.run(arguments));
    }
}
