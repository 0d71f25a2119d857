package org.bitrank.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: measurements of the engine alone, which the scripts in {@code bench/} set beside other engines. */
@Command(name = "bench", description = "Measures the engine; the scripts in bench/ compare it with others.", subcommands = BenchScoringCommand.class)
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "name what to measure: scoring");
    }
}
