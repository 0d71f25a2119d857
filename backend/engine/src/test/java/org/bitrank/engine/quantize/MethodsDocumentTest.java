package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/methods.md has every method, with the options that its record has. */
class MethodsDocumentTest {
    private static String document() throws Exception {
        return Files.readString(ModelCatalog.installation().orElseThrow().resolve("docs/methods.md"));
    }

    static List<QuantizationMethod<?>> methods() {
        return MethodRegistry.all();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyMethodHasASectionWithItsOptions(QuantizationMethod<?> method) throws Exception {
        String[] sections = document().split("\n## ");
        assertThat(sections)
                .filteredOn(section -> section.startsWith(method.name() + ":"))
                .singleElement()
                .asString()
                .contains(method.schema().markdown());
    }

    @Test
    void theSettingsOfAllMethodsAreDescribed() throws Exception {
        assertThat(document()).contains(rows(RecipeReader.WEIGHTS.markdown())).contains(rows(RecipeReader.CALIBRATION.markdown()))
                .contains(rows(RecipeReader.SCOPE.markdown()));
    }

    /** A table without its head. */
    private static String rows(String table) {
        return table.substring(table.indexOf("|---|---|---|---|"));
    }
}
