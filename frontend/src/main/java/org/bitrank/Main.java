package org.bitrank;

import org.bitrank.cli.CommandLineTool;

/** The one entry point: the command line, of which {@code serve} is a command. */
public final class Main {
    /** Names the command line's logging; commands that start Spring clear it, since Spring configures logging itself. */
    public static final String LOGGING = "logback.configurationFile";

    private Main() {}

    public static void main(String[] arguments) {
        // Before the first logger.
        System.setProperty(LOGGING, "logback-cli.xml");
        System.exit(CommandLineTool.run(arguments));
    }
}
