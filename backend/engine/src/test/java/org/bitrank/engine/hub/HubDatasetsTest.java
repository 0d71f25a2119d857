package org.bitrank.engine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitrank.engine.Progress;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubDatasetsTest {
    private static final HubAddress SET = HubAddress.dataset("owner/set", null).orElseThrow();

    @TempDir
    Path cache;

    private StubHub stub;
    private HubDatasets hub;

    @BeforeEach
    void startHub() throws IOException {
        stub = new StubHub();
        hub = new HubDatasets(new Hub(settings(false)));
    }

    private HubSettings settings(boolean offline) {
        return new HubSettings(stub.endpoint(), cache, Optional.empty(), offline, 3, Duration.ofMillis(10), Duration.ofMinutes(1));
    }

    @AfterEach
    void stopHub() {
        stub.close();
    }

    /** Each file holds its own name. */
    private String commit(String branch, String... names) {
        var files = new LinkedHashMap<String, byte[]>();
        for (String name : names) {
            files.put(name, name.getBytes(StandardCharsets.UTF_8));
        }
        return stub.commit("datasets/owner/set", branch, files);
    }

    private List<String> fetched(String config, String split) {
        return hub.fetch(SET, config, split, Progress.SILENT).files().stream().map(HubFile::path).toList();
    }

    @Test
    void splitsAreFoundByTheNamesThatRepositoriesUse() {
        commit("main", "main/test-00001-of-00002.parquet", "main/test-00000-of-00002.parquet", "main/train-00000-of-00001.parquet",
                "other/test-00000-of-00001.parquet", "data/validation-00000-of-00001.parquet", "third/test/0000.parquet", "fourth/dev.jsonl",
                "owner_train.csv", "readme.txt");
        assertThat(fetched("main", "test")).containsExactly("main/test-00000-of-00002.parquet", "main/test-00001-of-00002.parquet");
        assertThat(fetched(null, "validation")).containsExactly("data/validation-00000-of-00001.parquet");
        assertThat(fetched("third", "test")).containsExactly("third/test/0000.parquet");
        assertThat(fetched("fourth", "validation")).containsExactly("fourth/dev.jsonl");
        assertThat(fetched(null, "train")).containsExactly("owner_train.csv");
    }

    @Test
    void theCardSaysItWhereThereIsOne() {
        byte[] card = """
                ---
                license: mit
                configs:
                - config_name: easy
                  data_files:
                  - {split: test, path: "e/exam-*"}
                  - split: train
                    path: ["e/a.jsonl", "e/b.jsonl"]
                - config_name: hard
                  default: true
                  data_files: "h/**/*.csv"
                ---
                # Text
                """.getBytes(StandardCharsets.UTF_8);
        var files = new LinkedHashMap<String, byte[]>();
        for (String name : List.of("e/exam-1.parquet", "e/exam-2.parquet", "e/a.jsonl", "e/b.jsonl", "h/x/y.csv", "h/z.csv", "test.csv")) {
            files.put(name, name.getBytes(StandardCharsets.UTF_8));
        }
        files.put("README.md", card);
        stub.commit("datasets/owner/set", "main", files);
        assertThat(fetched("easy", "test")).containsExactly("e/exam-1.parquet", "e/exam-2.parquet");
        assertThat(fetched("easy", "train")).containsExactly("e/a.jsonl", "e/b.jsonl");
        assertThat(fetched(null, "train")).containsExactly("h/x/y.csv", "h/z.csv");
        assertThatThrownBy(() -> fetched("easy", "validation")).isInstanceOf(BitRankException.class).hasMessageContaining("split 'validation' of 'easy'");
    }

    @Test
    void whatTheHubConvertedServesWhereTheFilesCannotBeRead() throws IOException {
        String main = commit("main", "set.py", "data.zip");
        String converted = commit("refs/convert/parquet", "plain/test/0000.parquet", "plain/test/0001.parquet", "plain/train/0000.parquet");
        HubSnapshot snapshot = hub.fetch(SET, "plain", "test", Progress.SILENT);
        assertThat(snapshot.commit()).isEqualTo(converted).isNotEqualTo(main);
        assertThat(snapshot.paths()).extracting(Files::readString).containsExactly("plain/test/0000.parquet", "plain/test/0001.parquet");
        assertThat(fetched(null, "train")).containsExactly("plain/train/0000.parquet");
        stub.forgetRequests();
        assertThat(hub.cached(SET, "plain", "test")).map(HubSnapshot::paths).contains(snapshot.paths());
        assertThat(stub.requests()).isEmpty();
    }

    @Test
    void aDataSetWithoutAnythingReadableSaysWhatToDo() {
        commit("main", "set.py");
        assertThatThrownBy(() -> fetched(null, "test"))
                .isInstanceOfSatisfying(BitRankException.class, e -> assertThat(e.failureClass()).isEqualTo(FailureClass.DATA_MISSING))
                .hasMessageContaining("the hub has converted none").hasMessageContaining("--data");
    }

    @Test
    void oneSplitInTheCacheIsNotTheOther() {
        commit("main", "data/test-00000-of-00001.parquet", "data/train-00000-of-00001.parquet");
        assertThat(hub.cached(SET, null, "test")).isEmpty();
        fetched(null, "test");
        assertThat(hub.cached(SET, null, "test")).isPresent();
        assertThat(hub.cached(SET, null, "train")).isEmpty();
        assertThat(new HubDatasets(new Hub(settings(true))).cached(SET, null, "test")).isPresent();
    }

    @Test
    void whatOtherToolsFetchedIsUsedWhenWhole() throws IOException {
        String commit = "a".repeat(40);
        Path snapshot = cache.resolve("datasets--owner--set/snapshots/" + commit);
        Files.createDirectories(snapshot.resolve("main"));
        Files.createDirectories(cache.resolve("datasets--owner--set/refs"));
        Files.writeString(cache.resolve("datasets--owner--set/refs/main"), commit);
        Path one = Files.writeString(snapshot.resolve("main/test-00000-of-00002.parquet"), "1");
        assertThat(hub.cached(SET, "main", "test")).isEmpty();
        Path two = Files.writeString(snapshot.resolve("main/test-00001-of-00002.parquet"), "2");
        assertThat(hub.cached(SET, "main", "test")).map(HubSnapshot::paths).contains(List.of(one, two));
        assertThat(stub.requests()).isEmpty();
    }

    @Test
    void allSplitsOfARunComeFromOneCommit() {
        String first = commit("main", "data/test-00000-of-00001.parquet", "data/train-00000-of-00001.parquet");
        assertThat(hub.fetch(SET, null, "test", Progress.SILENT).commit()).isEqualTo(first);
        commit("main", "data/train-00000-of-00001.parquet", "another.txt");
        assertThat(hub.fetch(SET, null, "train", Progress.SILENT).commit()).isEqualTo(first);
    }

    @Test
    void aTaskMayNameItsFilesAndARevision() {
        String old = commit("main", "en/c4-validation.00000-of-00008.json.gz", "en/c4-validation.00001-of-00008.json.gz");
        commit("main", "nothing.txt");
        HubAddress pinned = HubAddress.dataset("owner/set", old).orElseThrow();
        HubSnapshot snapshot = hub.fetchFiles(pinned, List.of("en/c4-validation.00000-of-00008.json.gz"), Progress.SILENT);
        assertThat(snapshot.files()).extracting(HubFile::path).containsExactly("en/c4-validation.00000-of-00008.json.gz");
        assertThat(snapshot.commit()).isEqualTo(old);
        assertThatThrownBy(() -> hub.fetchFiles(SET, List.of("en/*.json.gz"), Progress.SILENT))
                .isInstanceOf(BitRankException.class).hasMessageContaining("correct data_files");
    }

    @Test
    void namesThatWouldLeadElsewhereAreNone() {
        assertThat(HubAddress.dataset("../set", null)).isEmpty();
        assertThat(HubAddress.dataset("a/b/c", null)).isEmpty();
        assertThat(HubAddress.dataset("a/..", null)).isEmpty();
        assertThatThrownBy(() -> HubAddress.dataset("a/b", "../x")).isInstanceOf(BitRankException.class);
        assertThat(Map.of("squad", 1)).containsKey(HubAddress.dataset("squad", null).orElseThrow().id());
    }
}
