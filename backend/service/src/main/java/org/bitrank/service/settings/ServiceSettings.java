package org.bitrank.service.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings {@code bitrank.*}.
 *
 * @param home directory of all state: embedded database, artifacts, records, pictures, uploads
 * @param workerEnabled whether this process takes runs from the queue
 * @param database where the database is; without a URL it is an H2 file under {@code home}
 * @param backend {@code cpu}, {@code cuda}, {@code cuda:N} or {@code reference}
 * @param compute {@code float32} or {@code bfloat16}; empty lets the back end choose
 * @param dataDirectories where tasks look for data sets before the hub cache
 * @param heartbeat how often a working worker says that it is alive; after four silent ones its run is taken over
 * @param attempts how often a run is started in all when its workers die
 * @param referenceSuite whether a first start queues the reference suite
 * @param workerName shown in the queue; empty means host name and process id
 * @param baseCache how much {@link #bases()} may hold; what was not used for the longest time goes first
 */
@ConfigurationProperties("bitrank")
public record ServiceSettings(
        @DefaultValue("${user.home}/.bitrank") Path home,
        @DefaultValue("true") boolean workerEnabled,
        @DefaultValue Database database,
        @DefaultValue("cpu") String backend,
        @DefaultValue("") String compute,
        @DefaultValue List<Path> dataDirectories,
        @DefaultValue("5s") Duration heartbeat,
        @DefaultValue("3") int attempts,
        @DefaultValue("true") boolean referenceSuite,
        @DefaultValue("") String workerName,
        @DefaultValue("20GB") DataSize baseCache) {
    /** A JDBC URL, or {@code postgresql://user:password@host:port/name}. */
    public record Database(@DefaultValue("") String url, @DefaultValue("") String username, @DefaultValue("") String password) {}

    /** The settings of a process with these choices and defaults for the rest. */
    public static ServiceSettings of(Path home, boolean workerEnabled, String databaseUrl) {
        return new ServiceSettings(
                home, workerEnabled, new Database(databaseUrl == null ? "" : databaseUrl, "", ""), "cpu", "", List.of(),
                Duration.ofSeconds(5), 3, true, "", DataSize.ofGigabytes(20));
    }

    /** As Spring properties, for {@code SpringApplication.setDefaultProperties}. */
    public Map<String, Object> asProperties() {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("bitrank.home", home.toAbsolutePath().toString());
        properties.put("bitrank.worker-enabled", workerEnabled);
        properties.put("bitrank.database.url", database.url());
        properties.put("bitrank.database.username", database.username());
        properties.put("bitrank.database.password", database.password());
        properties.put("bitrank.backend", backend);
        properties.put("bitrank.compute", compute);
        properties.put("bitrank.data-directories", dataDirectories.stream()
                .map(directory -> directory.toAbsolutePath().toString())
                .collect(Collectors.joining(",")));
        properties.put("bitrank.heartbeat", heartbeat.toMillis() + "ms");
        properties.put("bitrank.attempts", attempts);
        properties.put("bitrank.reference-suite", referenceSuite);
        properties.put("bitrank.worker-name", workerName);
        properties.put("bitrank.base-cache", baseCache.toBytes() + "B");
        return properties;
    }

    /** Where tasks look first; null leaves it to {@code BITRANK_DATA}. */
    public Path taskData() {
        return dataDirectories.isEmpty() ? null : dataDirectories.getFirst();
    }

    public Path artifacts() {
        return home.resolve("artifacts");
    }

    /** Work in progress of one run: the log that lets it resume, the artifact being written. */
    public Path work(long run) {
        return home.resolve("runs").resolve(Long.toString(run));
    }

    /** Per-item records of the runs that finished. */
    public Path records(long run) {
        return home.resolve("records").resolve(Long.toString(run));
    }

    /** Pictures that the records name, by checksum. */
    public Path pictures() {
        return home.resolve("pictures");
    }

    /** Results and hidden states of unquantized models, kept for the next run against the same base; may be deleted at any time. */
    public Path bases() {
        return home.resolve("bases");
    }

    /** Null lets the back end choose. */
    public ComputeType computeType() {
        if (compute.isBlank()) {
            return null;
        }
        for (ComputeType type : ComputeType.values()) {
            if (type.label().equals(compute)) {
                return type;
            }
        }
        throw BitRankException.badInput("bitrank.compute is '" + compute + "'; write float32, bfloat16 or nothing");
    }

    public Path uploads() {
        return home.resolve("uploads");
    }
}
