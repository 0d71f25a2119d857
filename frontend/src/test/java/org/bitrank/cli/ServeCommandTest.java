package org.bitrank.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.bitrank.kernels.ComputeType;
import org.bitrank.service.settings.ServiceSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class ServeCommandTest {
    @Test
    void anAddressThatLetsOthersInNeedsAnExplicitFlag() {
        Outcome outcome = Outcome.of("serve", "--bind", "0.0.0.0");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).contains("--allow-remote").contains("everybody who reaches the server is its operator");
    }

    @Test
    void aPortThatIsTakenIsSaidInOneLine(@TempDir Path home) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Outcome outcome = Outcome.of("serve", "--no-worker", "--home", home.toString(), "--port", Integer.toString(taken.getLocalPort()));
            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err()).startsWith("error: port " + taken.getLocalPort() + " is taken").containsOnlyOnce("\n");
        }
    }

    @Test
    void whatKeepsAServerOrAWorkerFromStartingIsOneLineWithTheRemedy(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        String home = folder.resolve("home").toString();
        assertFails(1, "is a file); name a folder", "serve", "--port", "0", "--home", file.toString());
        assertFails(2, "--port 99999 is no port", "serve", "--port", "99999", "--home", home);
        assertFails(2, "unknown back end", "serve", "--port", "0", "--home", home, "--backend", "abacus");
        assertFails(3, "write postgresql://user:password@host:port/name", "serve", "--port", "0", "--home", home, "--database", "jdbc:bad");
        assertFails(3, "write postgresql://user:password@host:port/name", "worker", "--home", home, "--database", "jdbc:bad");
    }

    /** Whoever runs holds the lock of the home's database. */
    @Test
    void aHomeThatAnotherServerUsesIsSaidInOneLine(@TempDir Path home) throws Exception {
        Path database = Files.createDirectories(home.resolve("database")).resolve("bitrank.mv.db");
        try (var file = FileChannel.open(database, StandardOpenOption.CREATE, StandardOpenOption.WRITE); var held = file.lock()) {
            assertThat(held.isValid()).isTrue();
            assertFails(1, "another BitRank uses " + home.toAbsolutePath() + "; stop it or choose another --home", "serve", "--port", "0", "--no-worker", "--home", home.toString());
        }
    }

    private static void assertFails(int exitCode, String message, String... arguments) {
        Outcome outcome = Outcome.of(arguments);
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(exitCode);
        assertThat(outcome.err()).startsWith("error: ").contains(message).containsOnlyOnce("\n");
    }

    @Test
    void theCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheDefaults() {
        var told = new ToldSettings()
                .with("bitrank.backend", "reference")
                .with("bitrank.compute", ComputeType.FLOAT32)
                .with("bitrank.home", (Path) null)
                .with("bitrank.data-directories", List.of(Path.of("/one,two"), Path.of("/three")));
        ServiceSettings settings = settings(told, Map.of(
                "BITRANK_BACKEND", "cuda", "BITRANK_COMPUTE", "bfloat16", "BITRANK_HOME", "/from/environment", "BITRANK_DATADIRECTORIES", "/elsewhere"));
        assertThat(settings.backend()).isEqualTo("reference");
        assertThat(settings.computeType()).isEqualTo(ComputeType.FLOAT32);
        assertThat(settings.home()).isEqualTo(Path.of("/from/environment"));
        assertThat(settings.dataDirectories()).containsExactly(Path.of("/one,two"), Path.of("/three"));
        ServiceSettings untold = settings(new ToldSettings(), Map.of());
        assertThat(untold.backend()).isEqualTo("auto");
        assertThat(untold.computeType()).isNull();
        assertThat(untold.home()).isEqualTo(Path.of(System.getProperty("user.home"), ".bitrank"));
    }

    /** In Spring Boot's own order. */
    private static ServiceSettings settings(ToldSettings told, Map<String, Object> variables) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().replace(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        environment.getPropertySources().addLast(new MapPropertySource("defaultProperties", ServeCommand.defaults()));
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(told.arguments()));
        return Binder.get(environment).bind("bitrank", ServiceSettings.class).get();
    }
}
