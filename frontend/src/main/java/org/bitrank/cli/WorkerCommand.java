package org.bitrank.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.bitrank.Main;
import org.bitrank.kernels.ComputeType;
import org.bitrank.service.ServiceApplication;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A worker without pages: takes runs from a shared database until it is stopped. */
@Command(
        name = "worker",
        description = "Takes runs from the queue in a shared PostgreSQL database until it is stopped. Artifacts and records go "
                + "under --home, which web and workers must share.")
final class WorkerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--database",
            paramLabel = "URL",
            defaultValue = "${env:BITRANK_DATABASE_URL}",
            description = "postgresql://user:password@host:port/name. Default: environment variable BITRANK_DATABASE_URL.")
    private String database;

    @Option(names = "--home", paramLabel = "DIR", description = "Where artifacts and records lie. Default: .bitrank in your home directory.")
    private Path home;

    @Option(names = "--backend", paramLabel = "NAME", description = "auto, cpu, cuda, cuda:N or reference. Default: auto.")
    private String backend;

    @Option(names = "--compute", paramLabel = "TYPE", description = "float32 or bfloat16. Default: what the device multiplies natively.")
    private ComputeType compute;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder of data sets; before BITRANK_DATA, the hub cache and the hub. May be repeated.")
    private List<Path> data = List.of();

    @Override
    public Integer call() throws InterruptedException {
        if (database == null || database.isBlank()) {
            throw new ParameterException(spec.commandLine(), "a worker shares a database with the web application: give --database "
                    + "postgresql://user:password@host:port/name ('serve' with its embedded database has a worker of its own)");
        }
        // Spring sets up the logging of a long-running process.
        System.clearProperty(Main.LOGGING);
        var stopped = new CountDownLatch(1);
        try {
            var context = ServiceApplication.start(ServeCommand.defaults(), told().arguments());
            context.addApplicationListener((ApplicationListener<ContextClosedEvent>) event -> stopped.countDown());
        } catch (RuntimeException failure) {
            throw StartFailure.explained(failure, home);
        }
        spec.commandLine().getErr().println("Working; Ctrl-C stops, and what runs goes back to the queue.");
        stopped.await();
        return 0;
    }

    private ToldSettings told() {
        return new ToldSettings()
                .with("bitrank.worker-enabled", true)
                .with("bitrank.reference-suite", false)
                .with("bitrank.database.url", database)
                .with("bitrank.home", home)
                .with("bitrank.backend", backend)
                .with("bitrank.compute", compute)
                .with("bitrank.data-directories", data);
    }
}
