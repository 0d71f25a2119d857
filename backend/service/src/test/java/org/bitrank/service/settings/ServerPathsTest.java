package org.bitrank.service.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class ServerPathsTest {
    private static final Path HOME = Path.of("/srv/bit rank");

    private final ServerPaths paths = new ServerPaths(new ServiceSettings(
            HOME, true, new ServiceSettings.Database("", "", ""), "cpu", "", List.of(Path.of("/srv/sets")), Duration.ofSeconds(5), 3, false, "", DataSize.ofMegabytes(1)));

    @Test
    void foldersOfTheServerHaveNamesAndPathsOfTheSenderStay() {
        String upload = HOME + "/uploads/" + "0a".repeat(32);
        assertThat(paths.hidden(upload + "/config.json is no JSON")).isEqualTo("the upload/config.json is no JSON");
        assertThat(paths.hidden(upload + "/config.json is no JSON", "mine.tar")).isEqualTo("'mine.tar'/config.json is no JSON");
        assertThat(paths.hidden(upload + "/model.gguf ends early", "mine.gguf")).isEqualTo("'mine.gguf' ends early");
        assertThat(paths.hidden("no room for 'x' under " + HOME + "/uploads/unpacking-17/content: make room")).isEqualTo("no room for 'x' under the upload: make room");
        assertThat(paths.hidden("cannot store the artifact under " + HOME + "/artifacts: full")).isEqualTo("cannot store the artifact under the server's storage/artifacts: full");
        assertThat(paths.hidden("there is no /srv/sets/a__b/test.jsonl")).isEqualTo("there is no the server's data folder/a__b/test.jsonl");
        assertThat(paths.hidden("there is no model '/models/mine'")).isEqualTo("there is no model '/models/mine'");
        assertThat(paths.hidden("'text:" + HOME + "/a.txt' names no file")).isEqualTo("'text:" + HOME + "/a.txt' names no file");
        assertThat(paths.hidden("there is no model '" + HOME + "/a'")).isEqualTo("there is no model '" + HOME + "/a'");
        assertThat(paths.hidden("bits: from 1 to 8")).isEqualTo("bits: from 1 to 8");
        assertThat(paths.hidden(null)).isNull();
    }
}
