package org.bitrank.engine.quantize.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class YamlTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "'weights: {bits: 4\nmodules: 3' ~ 'line 2, column 8: expected '','' or ''}'', but got '':'', in the braces { } that begin at line 1, column 10'",
        "'- {match: a' ~ 'line 1, column 12: expected '','' or ''}'', but got the end of the text, in the braces { } that begin at line 1, column 3'",
        "'- match: a\n bits: 4' ~ 'line 2, column 2: indented otherwise than the lines it belongs to, in the list that begins at line 1, column 1'",
        "'a:\n\tb: 4' ~ 'line 2, column 1: a tab cannot indent; use spaces'",
        "'a: 1\na: 2' ~ 'line 2, column 2: the key stands twice: \"a\"'",
        "'a: \"b' ~ 'line 1, column 6: the text ends, in the quotation marks that begin at line 1, column 4'",
        "'a: b: c' ~ 'line 1, column 5: a colon is not allowed here; put a text that holds one into quotation marks'",
        "'a: 1\n---\nb: 2' ~ 'line 3, column 1: a second document begins; one is expected'"})
    void thePlaceAndWhatWasExpectedAreNamed(String text, String problem) {
        assertThat(YamlText.problem(text)).contains(problem);
        assertThatThrownBy(() -> Recipe.parse(text)).isInstanceOf(BitRankException.class).hasMessage("recipe is neither YAML nor JSON at " + problem);
    }

    /** A form's text stays a text until a list is wanted of it. */
    @Test
    void aWrittenListThatIsNoneSaysWhere() {
        for (String key : new String[] {"modules", "prepare"}) {
            ObjectNode recipe = JsonNodeFactory.instance.objectNode().put("model", "m").put("method", "rtn");
            recipe.set(key, Recipe.part("- {match: a"));
            assertThat(Recipe.read(recipe).problems()).singleElement().asString()
                    .startsWith(key + ": is neither YAML nor JSON at line 1, column 12: expected").contains("it must be a list of", "such as - {m");
            recipe.set(key, Recipe.part("down_proj"));
            assertThat(Recipe.read(recipe).problems()).singleElement().asString().startsWith(key + ": must be a list of");
        }
    }
}
