package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.hub.Hub;
import org.bitrank.engine.hub.HubDatasets;
import org.bitrank.engine.hub.HubOrigin;
import org.bitrank.engine.hub.HubSettings;
import org.bitrank.engine.hub.StubHub;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSourceTest {
    private static final List<Map<String, Object>> ROWS = List.of(
            row("n", 1L, "text", "a, \"b\"\nc", "list", List.of("x", "y"), "nested", Map.of("label", List.of(0L, 1L))),
            row("n", 2L, "text", "é😀", "list", List.of(), "nested", Map.of("label", List.of())));

    @TempDir
    Path folder;

    private static Map<String, Object> row(Object... entries) {
        var row = new LinkedHashMap<String, Object>();
        for (int i = 0; i < entries.length; i += 2) {
            row.put((String) entries[i], entries[i + 1]);
        }
        return row;
    }

    private Path place(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return file;
    }

    private static TaskDefinition task(String config) {
        var fields = new LinkedHashMap<String, Object>(Map.of(
                "task", "t", "dataset_path", "owner/set", "test_split", "test", "output_type", "loglikelihood",
                "doc_to_text", "text", "doc_to_target", "text"));
        fields.put("dataset_name", config);
        return TaskReader.of(fields, null, "t");
    }

    @Test
    void readsJsonLinesAndJsonListsWithTheirTypes() throws IOException {
        String lines = """
                {"n": 1, "text": "a, \\"b\\"\\nc", "list": ["x", "y"], "nested": {"label": [0, 1]}}
                {"n": 2, "text": "é😀", "list": [], "nested": {"label": []}}
                """;
        Files.writeString(place("owner__set/default/test.jsonl"), lines);
        Files.writeString(place("owner__set/listed/test.json"), "[" + lines.strip().replace("\n", ",\n") + "]");
        assertThat(DataSource.of(folder).read(task(null), "test").rows()).isEqualTo(ROWS);
        assertThat(DataSource.of(folder).read(task("listed"), "test").rows()).isEqualTo(ROWS);
    }

    @Test
    void readsParquetAndCsvInTheirOrder() throws IOException, SQLException {
        Path parquet = place("owner__set/p/test.parquet");
        Path csv = place("owner__set/c/test.csv");
        try (var duck = DriverManager.getConnection("jdbc:duckdb:");
                var statement = duck.createStatement()) {
            statement.execute("CREATE TABLE t AS SELECT 1::BIGINT AS n, E'a, \"b\"\\nc' AS text, ['x', 'y'] AS list, {label: [0, 1]} AS nested");
            statement.execute("INSERT INTO t VALUES (2, 'é😀', [], {label: []})");
            statement.execute("COPY t TO '" + parquet + "' (FORMAT parquet)");
            statement.execute("COPY (SELECT n, text FROM t) TO '" + csv + "' (HEADER)");
        }
        assertThat(DataSource.of(folder).read(task("p"), "test").rows()).isEqualTo(ROWS);
        assertThat(DataSource.of(folder).read(task("c"), "test").rows())
                .isEqualTo(List.of(row("n", 1L, "text", "a, \"b\"\nc"), row("n", 2L, "text", "é😀")));
    }

    @Test
    void recordsWhatWasRead() throws IOException {
        Path file = Files.writeString(place("owner__set/default/test.jsonl"), "{\"text\": \"a\"}\n");
        var files = DataSource.of(folder).read(task(null), "test").files();
        assertThat(files).containsExactly(new DataFile(file, "7c24616314d4c7ddcc755cd2cb42baf4e49ac41b1492fa02c30adc34e1cb2e5d"));
    }

    @Test
    void saysWhichFileIsMissingAndHowToGiveIt() {
        assertThatThrownBy(() -> DataSource.of(folder).read(task("main"), "test"))
                .isInstanceOfSatisfying(BitRankException.class, e -> assertThat(e.failureClass()).isEqualTo(FailureClass.DATA_MISSING))
                .hasMessageContaining(folder.resolve("owner__set/main/test.{jsonl,json,parquet,csv,tsv}").toString())
                .hasMessageContaining("put the file there");
        assertThatThrownBy(() -> DataSource.of(folder.resolve("nowhere")))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("--data or BITRANK_DATA");
    }

    @Test
    void saysWhereADataFileIsDamaged() throws IOException {
        Files.writeString(place("owner__set/default/test.jsonl"), "{\"text\": \"a\"}\n{\"text\": \n");
        assertThatThrownBy(() -> DataSource.of(folder).read(task(null), "test"))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("line 3");
        Files.writeString(place("owner__set/default/test.jsonl"), "[1, 2]");
        assertThatThrownBy(() -> DataSource.of(folder).read(task(null), "test"))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("must hold objects");
        Files.writeString(place("owner__set/q/test.parquet"), "not parquet");
        assertThatThrownBy(() -> DataSource.of(folder).read(task("q"), "test"))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void whatIsNotHereComesFromTheHub() throws IOException {
        byte[] rows = "{\"text\": \"a\"}\n{\"text\": \"b\"}\n".getBytes(StandardCharsets.UTF_8);
        try (var stub = new StubHub()) {
            String commit = stub.commit("datasets/owner/set", "main", Map.of("main/test.jsonl", rows, "zipped/test.json.gz", zipped(rows)));
            var steps = new ArrayList<String>();
            var settings = new HubSettings(stub.endpoint(), folder.resolve("cache"), Optional.empty(), false, 2, Duration.ofMillis(1), Duration.ofMinutes(1));
            var source = DataSource.of(folder, new HubDatasets(new Hub(settings)), (step, done, total) -> steps.add(step));
            DataSet read = source.read(task("main"), "test");
            assertThat(read.rows()).isEqualTo(List.of(row("text", "a"), row("text", "b")));
            assertThat(read.files()).hasSize(1).allSatisfy(file -> {
                assertThat(HubOrigin.of(file.path())).contains(new HubOrigin("owner/set", commit));
                assertThat(file.sha256()).isEqualTo(RowReader.sha256(folder.resolve("cache/datasets--owner--set/snapshots/" + commit + "/main/test.jsonl")));
            });
            assertThat(steps).contains("download owner/set (MB)");
            assertThat(source.read(task("zipped"), "test").rows()).isEqualTo(read.rows());
            assertThatThrownBy(() -> source.read(task("other"), "test"))
                    .isInstanceOfSatisfying(BitRankException.class, e -> assertThat(e.failureClass()).isEqualTo(FailureClass.DATA_MISSING))
                    .hasMessageContaining("put the file there. The hub does not help: the data set owner/set has no");
        }
    }

    private static byte[] zipped(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    @Test
    void joinsTheRowsOfWikiTextToTheTextThatTheQuantizationPapersScore() throws IOException {
        String text = Files.readString(SharedFiles.path("benchmarks/wikitext2/wikitext2.test.hf-joined.txt"));
        var data = DataSource.of(SharedFiles.path("benchmarks/hf"));
        var items = TaskRegistry.installed().load("wikitext2_gptq:sequence_length=512").prepare(data, null, 16).items();
        assertThat(items.getFirst().requests()).containsExactly(new Request.Windows(text, 512, 16));
    }

    @Test
    void knowsWhetherATasksDataAreThere() throws IOException {
        Path file = Files.writeString(
                folder.resolve("mine.yaml"),
                "task: mine\ndataset_path: json\ndataset_kwargs: {data_files: {test: mine.jsonl}}\ntest_split: test\n"
                        + "output_type: loglikelihood\ndoc_to_text: \"{{q}}\"\ndoc_to_target: \"{{a}}\"\n");
        Task task = TaskRegistry.installed().load(file.toString());
        assertThat(DataSource.of(null).has(task)).isFalse();
        Files.writeString(folder.resolve("mine.jsonl"), "{\"q\": \"1\", \"a\": \"2\"}\n");
        assertThat(DataSource.of(null).has(task)).isTrue();
    }

    @Test
    void takesAFileAsOneText() throws IOException {
        Path file = Files.writeString(folder.resolve("mine:odd.txt"), "a\r\n\nb ");
        var prepared = TaskRegistry.installed().load("text:" + file + ":limit=3").prepare(DataSource.of(null), null, null);
        assertThat(prepared.items().getFirst().requests()).containsExactly(new Request.Windows("a\r\n\nb ", 2048, 3));
        assertThat(prepared.task().name()).isEqualTo("text:" + file + ":limit=3");
    }
}
