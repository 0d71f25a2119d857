package org.bitrank.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bitrank.service.settings.ServiceSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

/** A service in its own home, on the database that the subclass names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ServiceTest {
    /** As in earnest: a worker that a busy machine or disk holds up for some seconds must not be taken for dead. */
    protected static final Duration HEARTBEAT = Duration.ofSeconds(5);

    protected Path home;
    protected ConfigurableApplicationContext service;

    /** Null means the embedded H2 file database. */
    protected abstract String databaseUrl();

    protected ServiceSettings settings() {
        return new ServiceSettings(
                home, false, new ServiceSettings.Database(databaseUrl() == null ? "" : databaseUrl(), "", ""), "reference",
                "", List.of(), HEARTBEAT, 3, false, "", DataSize.ofMegabytes(500));
    }

    /** Further beans of the test. */
    protected Class<?>[] extras() {
        return new Class<?>[0];
    }

    @BeforeAll
    void start() throws IOException {
        home = Files.createTempDirectory("bitrank-test-");
        service = ServiceApplication.start(settings(), extras());
    }

    @AfterAll
    void stop() {
        service.close();
        try {
            FileSystemUtils.deleteRecursively(home);
        } catch (IOException stillWritten) {
            // By a run that was interrupted and has not ended yet. What stays lies in the system's folder of temporary files.
        }
    }

    protected <T> T bean(Class<T> type) {
        return service.getBean(type);
    }
}
