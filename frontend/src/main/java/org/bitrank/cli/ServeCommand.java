package org.bitrank.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.bitrank.Main;
import org.bitrank.kernels.ComputeType;
import org.bitrank.service.ServiceApplication;
import org.bitrank.service.settings.ServiceSettings;
import org.bitrank.web.BitRankApplication;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts the web application and, unless told otherwise, a worker in the same process. */
@Command(
        name = "serve",
        description = "Web application with an embedded database and worker. All its state lies under --home; the first start loads the "
                + "published tables and queues the reference suite.")
final class ServeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--port", description = "Port to listen on; 0 takes a free one. Default: 8080.")
    private Integer port;

    @Option(names = "--home", paramLabel = "DIR", description = "Where database, artifacts and uploads lie. Default: .bitrank in your home directory.")
    private Path home;

    @Option(names = "--no-worker", description = "Serve pages only; runs wait for './bitrank worker'.")
    private boolean noWorker;

    @Option(names = "--no-reference-suite", description = "Do not queue the embedded models' runs at the first start.")
    private boolean noReferenceSuite;

    @Option(names = "--database", paramLabel = "URL", description = "postgresql://user:password@host:port/name instead of the embedded database.")
    private String database;

    @Option(names = "--backend", paramLabel = "NAME", description = "Of the worker: auto, cpu, cuda, cuda:N or reference. Default: auto.")
    private String backend;

    @Option(names = "--compute", paramLabel = "TYPE", description = "Of the worker: float32 or bfloat16. Default: what the device multiplies natively.")
    private ComputeType compute;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder of data sets; before BITRANK_DATA, the hub cache and the hub. May be repeated.")
    private List<Path> data = List.of();

    @Option(names = "--bind", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Address to listen on. Default: ${DEFAULT-VALUE}.")
    private String bind;

    @Option(
            names = "--allow-remote",
            description = "Permit --bind to other than this machine. There is no sign-in: everybody who reaches the server is its operator.")
    private boolean allowRemote;

    @Option(names = "--host-name", paramLabel = "NAME", description = "A further name under which browsers reach this server; may be repeated.")
    private List<String> hostNames = List.of();

    @Override
    public Integer call() throws InterruptedException {
        refuseStrangers();
        if (port != null && (port < 0 || port > 65_535)) {
            throw new ParameterException(spec.commandLine(), "--port " + port + " is no port; give 1 to 65535, or 0 for a free one");
        }
        // The command line's own logging ends here; Spring Boot sets up the server's.
        var stopped = new CountDownLatch(1);
        System.clearProperty(Main.LOGGING);
        var application = new SpringApplication(BitRankApplication.class);
        application.setDefaultProperties(defaults());
        application.setLogStartupInfo(false);
        application.addListeners((ApplicationListener<ContextClosedEvent>) event -> stopped.countDown());
        try {
            var context = application.run(told().arguments());
            String listening = context.getEnvironment().getProperty("local.server.port");
            Path state = context.getBean(ServiceSettings.class).home().toAbsolutePath();
            spec.commandLine().getErr().println("BitRank is at http://" + shownHost() + ":" + listening + "  (state in " + state + "; Ctrl-C stops it)");
        } catch (RuntimeException e) {
            throw StartFailure.explained(e, home);
        }
        stopped.await();
        return 0;
    }

    /** What holds where neither the command line nor the environment says otherwise. */
    static Map<String, Object> defaults() {
        Map<String, Object> properties = ServiceSettings.of(Path.of(System.getProperty("user.home"), ".bitrank"), true, null).asProperties();
        properties.put("bitrank.backend", "auto");
        properties.put("server.port", 8080);
        properties.putAll(ServiceApplication.QUIET_FAILURE);
        return properties;
    }

    private ToldSettings told() {
        return new ToldSettings()
                .with("bitrank.home", home)
                .with("bitrank.worker-enabled", noWorker ? false : null)
                .with("bitrank.reference-suite", noReferenceSuite ? false : null)
                .with("bitrank.database.url", database)
                .with("bitrank.backend", backend)
                .with("bitrank.compute", compute)
                .with("bitrank.data-directories", data)
                .with("server.port", port)
                // Always said here: nothing else may open the server to others.
                .with("server.address", bind)
                .with("bitrank.web.remote", !isLoopback())
                .with("bitrank.web.host-names", hostNames.isEmpty() ? null : String.join(",", hostNames));
    }

    private void refuseStrangers() {
        if (!isLoopback() && !allowRemote) {
            throw new ParameterException(spec.commandLine(), "--bind " + bind + " would let other machines in, and there is no sign-in: everybody who reaches "
                    + "the server is its operator; add --allow-remote if that is meant");
        }
    }

    private boolean isLoopback() {
        try {
            return InetAddress.getByName(bind).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ParameterException(spec.commandLine(), "--bind " + bind + " is no address of this machine");
        }
    }

    private String shownHost() {
        return bind.equals("127.0.0.1") || bind.equals("0.0.0.0") || bind.equals("::") ? "localhost" : bind.contains(":") ? "[" + bind + "]" : bind;
    }
}
