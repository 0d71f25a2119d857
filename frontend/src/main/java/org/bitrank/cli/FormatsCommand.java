package org.bitrank.cli;

import java.util.concurrent.Callable;
import org.bitrank.engine.checkpoint.StorageFormat;
import org.bitrank.engine.checkpoint.StorageFormats;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "formats", description = "The forms in which checkpoints are read and written.")
final class FormatsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        for (StorageFormat format : StorageFormats.all()) {
            spec.commandLine().getOut().printf(
                    "%-19s %-6s %-6s %s%n",
                    format.name(),
                    format.readable() ? "reads" : "",
                    format.writable() ? "writes" : "",
                    format.description());
        }
        return 0;
    }
}
