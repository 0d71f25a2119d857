package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class CodedAsTest {
    @TempDir
    private Path folder;

    private CodedAs coded(String groups) throws Exception {
        Files.writeString(folder.resolve("bitrank.json"), "{\"bits\":{\"nominal\":4.0},\"group_sizes\":{%s}}".formatted(groups == null ? "" : groups));
        return CodedAs.of(folder, JsonMapper.shared());
    }

    private static Recipe recipe(String group) {
        return Recipe.parse("{model: m, method: rtn, weights: {group-size: %s}}".formatted(group));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "64      | \"128\":64, \"256\":64    | 64",
        "7       | \"128\":4, \"256\":4      | 4",
        "128     | \"576\":96, \"1536\":96   | 96",
        "1000000 | \"128\":128, \"256\":256  | 0",
        "channel | \"128\":128, \"256\":256  | 0",
        "128     | \"128\":128, \"256\":128  | 128",
        "128     | \"32\":32, \"256\":128    | 128",
        "256     | \"97\":97, \"997\":997    | 0",
        "64      | \"100\":50, \"128\":64    | 64",
        "channel | \"128\":[4,8], \"256\":[4,8] |",
        "channel | \"128\":8, \"256\":8      | 8",
        "64      |                           | 64"})
    void theGroupOfARowIsTheOneItsLayersGot(String asked, String groups, Integer shown) throws Exception {
        assertThat(coded(groups).group(recipe(asked))).isEqualTo(shown);
    }

    @Test
    void otherGroupsThanWereAskedForAreSaid() throws Exception {
        assertThat(coded("\"128\":64, \"32\":32").note(recipe("64"))).isNull();
        assertThat(coded("\"128\":128").note(recipe("channel"))).isNull();
        assertThat(coded("\"128\":[4,8], \"256\":256").note(recipe("channel")))
                .isEqualTo("the method chose the groups: groups of 4 and 8 in rows of 128, one group in rows of 256");
        assertThat(coded("\"128\":4, \"256\":4").note(recipe("7")))
                .isEqualTo("the recipe asks for groups of 7 columns, which do not divide the rows of the layers; there are groups of 4 in rows of 128, groups of 4 in rows of 256");
        assertThat(coded("\"128\":128, \"256\":256").note(recipe("1000000")))
                .isEqualTo("the recipe asks for groups of 1000000 columns, and no row is as wide: every row is one group");
        assertThat(coded("\"100\":50, \"128\":64").note(recipe("64"))).contains("groups of 50 in rows of 100, groups of 64 in rows of 128");
    }
}
