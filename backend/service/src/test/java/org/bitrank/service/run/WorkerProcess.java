package org.bitrank.service.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TimeZone;
import org.bitrank.service.ServiceApplication;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.util.unit.DataSize;

/** A worker in a process of its own, which a test can kill. */
final class WorkerProcess {
    private WorkerProcess() {}

    static Process start(Path home, String databaseUrl) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(), "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED", "-Xmx512m",
                        // H2 keeps moments by the zone of the process that writes them.
                        "-Duser.timezone=" + TimeZone.getDefault().getID(), "-cp", System.getProperty("java.class.path"),
                        WorkerProcess.class.getName(), home.toString(), databaseUrl == null ? "" : databaseUrl)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("worker.log").toFile())
                .start();
    }

    public static void main(String[] arguments) throws InterruptedException {
        var settings = new ServiceSettings(
                Path.of(arguments[0]), true, new ServiceSettings.Database(arguments[1], "", ""), "reference", "", List.of(),
                Duration.ofSeconds(5), 3, false, "", DataSize.ofMegabytes(500));
        ServiceApplication.start(settings, ScriptedExecutor.class);
        Thread.currentThread().join();
    }
}
