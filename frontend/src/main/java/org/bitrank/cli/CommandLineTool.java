package org.bitrank.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The frame of every command: results go to standard output, everything else to standard error; an error is one line and
 * an exit code of its class.
 */
@Command(
        name = "bitrank",
        description = "What does a quantized model lose, and what does it save?",
        mixinStandardHelpOptions = true,
        versionProvider = EngineVersion.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BenchCommand.class,
            ChatTemplateCommand.class,
            ConvertCommand.class,
            EvalCommand.class,
            FormatsCommand.class,
            InspectCommand.class,
            LogitsCommand.class,
            MethodsCommand.class,
            QuantizeCommand.class,
            ServeCommand.class,
            TasksCommand.class,
            TokenizeCommand.class,
            TruthfulnessCommand.class,
            WorkerCommand.class,
        })
public final class CommandLineTool implements Runnable {
    /** Ours by name, because Spring, where it ran before in this process, gave it a level of its own. */
    private static final List<String> LOGGERS = List.of(org.slf4j.Logger.ROOT_LOGGER_NAME, "org.bitrank");

    private final boolean terminal;

    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Say more on the way; add the stack trace to an error.")
    private boolean verbose;

    @Option(names = "--quiet", scope = ScopeType.INHERIT, description = "No progress on standard error.")
    private boolean quiet;

    private CommandLineTool(boolean terminal) {
        this.terminal = terminal;
    }

    /** Of whatever command is run in the frame. */
    static CommandLineTool of(CommandLine command) {
        return (CommandLineTool) command.getCommandSpec().root().userObject();
    }

    /** Runs one command and returns its exit code. */
    public static int run(String... arguments) {
        return frame().execute(arguments);
    }

    static CommandLine frame() {
        return frame(System.console() != null && System.console().isTerminal());
    }

    /** @param terminal whether a person looks on */
    static CommandLine frame(boolean terminal) {
        var tool = new CommandLineTool(terminal);
        return new CommandLine(tool)
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(CommandLineTool::usageError)
                .setExecutionExceptionHandler((failure, command, result) -> tool.failed(failure, command))
                .setExecutionStrategy(tool::execute);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }

    boolean terminal() {
        return terminal;
    }

    boolean quiet() {
        return quiet;
    }

    private int execute(ParseResult result) {
        requireKnown(result);
        // Results own standard output, so outside the server only warnings are logged, and to standard error.
        for (String name : LOGGERS) {
            if (LoggerFactory.getLogger(name) instanceof Logger logger) {
                logger.setLevel(verbose ? Level.INFO : Level.WARN);
            }
        }
        try {
            return new CommandLine.RunLast().execute(result);
        } catch (OutOfMemoryError | StackOverflowError | LinkageError failure) {
            // The library's own handling takes exceptions alone.
            return failed(failure, result.commandSpec().commandLine());
        }
    }

    /** The library shows its help where --help is given, whatever else stands there: a command that does not exist would look like one that does. */
    private static void requireKnown(ParseResult result) {
        for (ParseResult part = result; part != null; part = part.subcommand()) {
            if (!part.unmatched().isEmpty()) {
                throw new UnmatchedArgumentException(part.commandSpec().commandLine(), part.unmatched());
            }
        }
    }

    private static int usageError(ParameterException failure, String[] arguments) {
        var command = failure.getCommandLine();
        command.getErr().println("error: " + ErrorLine.of(failure) + "; see '"
                + command.getCommandSpec().qualifiedName() + " --help'");
        return FailureClass.USAGE.exitCode();
    }

    private int failed(Throwable failure, CommandLine command) {
        command.getErr().println("error: " + ErrorLine.of(failure));
        if (verbose) {
            failure.printStackTrace(command.getErr());
        }
        return exitCode(failure);
    }

    static int exitCode(Throwable failure) {
        return switch (failure) {
            case BitRankException known -> known.failureClass().exitCode();
            case Throwable other when ErrorLine.outOfMemory(other) -> FailureClass.OUT_OF_MEMORY.exitCode();
            default -> FailureClass.UNEXPECTED.exitCode();
        };
    }
}
