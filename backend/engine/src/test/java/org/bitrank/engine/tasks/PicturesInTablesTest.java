package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures as the hub's data sets hold them: within Parquet, or as a folder. */
class PicturesInTablesTest {
    @TempDir
    Path folder;

    private ImageSource red;
    private ImageSource blue;

    @BeforeEach
    void drawPictures() throws IOException {
        red = ImageSource.of("red", SmallPicture.png(2, 2, 0xff0000));
        blue = ImageSource.of("blue", SmallPicture.png(3, 2, 0x0000ff));
    }

    private static String bytes(ImageSource image) {
        return "from_hex('" + HexFormat.of().formatHex(image.bytes()) + "')";
    }

    private void parquet(String select) throws SQLException {
        try (var duck = DriverManager.getConnection("jdbc:duckdb:");
                var statement = duck.createStatement()) {
            statement.execute("COPY (" + select + ") TO '" + folder.resolve("rows.parquet") + "' (FORMAT parquet)");
        }
    }

    private Task task(String data, String more) throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), """
                task: mine
                dataset_path: parquet
                dataset_kwargs: {data_files: {test: %s}}
                test_split: test
                doc_to_text: 'What?'
                doc_to_target: answer
                """.formatted(data) + more);
        return TaskRegistry.installed().load(file.toString());
    }

    private List<Map<String, Object>> rows(String data) throws IOException {
        return DataSource.of(null).read(task(data, "doc_to_image: image").definition(), "test").rows();
    }

    private static PreparedTask prepared(Task task) {
        return task.prepare(DataSource.of(null), 0, null);
    }

    private static List<ImageSource> images(PreparedTask task, int item) {
        return ((Request.Generate) task.items().get(item).requests().getFirst()).images();
    }

    @Test
    void bytesInParquetArePicturesAndOtherColumnsStayAsTheyAre() throws IOException, SQLException {
        parquet("SELECT 7 AS id, {'bytes': %1$s, 'path': 'a.png'} AS image, 'red' AS answer, [%2$s, NULL] AS \"some \"\"bytes\"\"\" UNION ALL "
                .formatted(bytes(red), bytes(blue))
                + "SELECT 8, NULL, 'none', [] UNION ALL SELECT 9, {'bytes': NULL, 'path': 'a.png'}, 'red', NULL");
        List<Map<String, Object>> rows = rows("rows.parquet");
        assertThat(rows.get(0)).containsExactly(
                Map.entry("id", 7L),
                Map.entry("image", red),
                Map.entry("answer", "red"),
                Map.entry("some \"bytes\"", Arrays.asList(blue, null)));
        assertThat(((ImageSource) rows.get(0).get("image")).bytes()).isEqualTo(red.bytes());
        assertThat(((ImageSource) rows.get(0).get("image")).name()).isEqualTo("row 0 of rows.parquet, column image (a.png)");
        assertThat(rows.get(1)).containsEntry("image", null).containsEntry("some \"bytes\"", List.of());
        assertThat(((Map<?, ?>) rows.get(2).get("image")).get("path")).isEqualTo("a.png");
    }

    @Test
    void aTaskShowsThePicturesOfItsTable() throws IOException, SQLException {
        Files.write(folder.resolve("beside.png"), blue.bytes());
        parquet("SELECT {'bytes': %s, 'path': 'a.png'} AS image, 'red' AS answer UNION ALL SELECT {'bytes': NULL, 'path': 'beside.png'}, 'blue'"
                .formatted(bytes(red)));
        PreparedTask task = prepared(task("rows.parquet", "doc_to_image: image"));
        assertThat(images(task, 0)).containsExactly(red);
        assertThat(images(task, 1)).containsExactly(blue);
    }

    @Test
    void aBrokenPictureIsNamedWithItsRow() throws IOException, SQLException {
        byte[] cut = Arrays.copyOf(red.bytes(), 50);
        parquet("SELECT {'bytes': %s, 'path': 'a.png'} AS image, 'x' AS answer FROM range(2) UNION ALL SELECT {'bytes': %s, 'path': NULL}, 'red'"
                .formatted(bytes(ImageSource.of("cut", cut)), bytes(red)));
        assertThatThrownBy(() -> prepared(task("rows.parquet", "doc_to_image: image")))
                .isInstanceOfSatisfying(BitRankException.class, e -> assertThat(e.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                .hasMessageContaining("document 0 of mine")
                .hasMessageContaining("row 0 of rows.parquet, column image (a.png) cannot be read");
        PreparedTask skipping = prepared(task("rows.parquet", "doc_to_image: image\non_bad_image: skip"));
        assertThat(skipping.skipped()).extracting(SkippedDocument::documentId).containsExactly(0, 1);
        assertThat(images(skipping, 0)).containsExactly(red);
    }

    @Test
    void readsTablesThatHoldPicturesInBase64() throws IOException {
        ImageSource large;
        try (var file = getClass().getResourceAsStream("/pictures/sampled-420.jpg")) {
            large = ImageSource.of("large", file.readAllBytes());
        }
        String encoded = Base64.getEncoder().encodeToString(large.bytes());
        Files.writeString(folder.resolve("rows.tsv"), "index\timage\tanswer\n0\t%s\tA\n1000000\t%s\t7\n".formatted(encoded, encoded));
        assertThat(encoded.length()).isGreaterThan(255);
        assertThat(rows("rows.tsv").get(1)).containsEntry("index", 1_000_000L).containsEntry("answer", "7");
        assertThat(images(prepared(task("rows.tsv", "doc_to_image: image")), 1)).containsExactly(large);
    }

    @Test
    void readsAFolderOfPicturesByItsMetadata() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures/more"));
        Files.write(pictures.resolve("red.png"), red.bytes());
        Files.write(pictures.resolve("blue.png"), blue.bytes());
        Files.writeString(pictures.resolveSibling("metadata.jsonl"), """
                {"file_name": "more/red.png", "answer": "red", "left_file_name": "more/blue.png"}
                {"file_name": "more/none.png", "answer": "none", "left_file_name": null}
                """);
        List<Map<String, Object>> rows = rows("pictures");
        assertThat(rows.get(0)).containsExactly(Map.entry("image", red), Map.entry("answer", "red"), Map.entry("left", blue));
        assertThatThrownBy(() -> prepared(task("pictures", "doc_to_image: image")))
                .hasMessageContaining("document 1 of mine")
                .hasMessageContaining("none.png is not there");
    }

    @Test
    void readsFoldersOfPicturesAsLabels() throws IOException {
        Files.write(Files.createDirectories(folder.resolve("pictures/warm")).resolve("1.PNG"), red.bytes());
        Files.write(Files.createDirectories(folder.resolve("pictures/cold")).resolve("1.png"), blue.bytes());
        Files.createDirectories(folder.resolve("empty"));
        assertThat(rows("pictures")).containsExactly(Map.of("image", blue, "label", 0L), Map.of("image", red, "label", 1L));
        assertThatThrownBy(() -> rows("empty")).hasMessageContaining("holds neither pictures nor one of");
    }

    @Test
    void findsAFolderOfPicturesInTheDataFolder() throws IOException {
        Path split = Files.createDirectories(folder.resolve("owner__set/default/test"));
        Files.write(split.resolve("1.png"), red.bytes());
        Path file = Files.writeString(folder.resolve("named.yaml"), """
                {task: named, dataset_path: owner/set, test_split: test, doc_to_image: image, doc_to_text: 'What?', doc_to_target: label}
                """);
        Task task = TaskRegistry.installed().load(file.toString());
        assertThat(images(task.prepare(DataSource.of(folder), 0, null), 0)).containsExactly(red);
    }
}
