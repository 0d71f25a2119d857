package org.bitrank;

/** The one entry point: the command line, of which {@code serve} is a command. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(org.bitrank.cli.CommandLineTool.run(arguments));
    }
}
