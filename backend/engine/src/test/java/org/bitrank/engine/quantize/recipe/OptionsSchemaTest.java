package org.bitrank.engine.quantize.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.QuantizationMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptionsSchemaTest {
    enum Mood {
        CALM,
        VERY_LOUD
    }

    record Sample(
            @Option(help = "How many.", defaultValue = "all", minimum = 1, maximum = 9, words = "all=0") int howMany,
            @Option(help = "A share.", defaultValue = "0.5", minimum = 0, maximum = 1) double share,
            @Option(help = "A switch.", defaultValue = "true") boolean switched,
            @Option(help = "A mood.", defaultValue = "very-loud") Mood mood,
            @Option(help = "Names.", defaultValue = "a, b") List<String> names) {}

    private static final OptionsSchema<Sample> SCHEMA = OptionsSchema.of(Sample.class);

    @Test
    void fieldsComeFromTheRecord() {
        assertThat(SCHEMA.fields())
                .containsExactly(
                        new OptionField(
                                "how-many", OptionField.Kind.INTEGER, 0L, 1.0, 9.0, List.of(), Map.of("all", 0L), "How many."),
                        new OptionField("share", OptionField.Kind.NUMBER, 0.5, 0.0, 1.0, List.of(), Map.of(), "A share."),
                        new OptionField("switched", OptionField.Kind.BOOLEAN, true, null, null, List.of(), Map.of(), "A switch."),
                        new OptionField(
                                "mood", OptionField.Kind.TEXT, "very-loud", null, null, List.of("calm", "very-loud"), Map.of(),
                                "A mood."),
                        new OptionField(
                                "names", OptionField.Kind.LIST, List.of("a", "b"), null, null, List.of(), Map.of(), "Names."));
    }

    @Test
    void defaultsFillTheRecord() {
        assertThat(SCHEMA.defaults()).isEqualTo(new Sample(0, 0.5, true, Mood.VERY_LOUD, List.of("a", "b")));
    }

    @Test
    void jsonSchemaSaysTheSame() {
        assertThat(SCHEMA.jsonSchema().toString()).isEqualTo("""
                {"type":"object","additionalProperties":false,"properties":{\
                "how-many":{"description":"How many.","default":0,"anyOf":[{"type":"integer","minimum":1,"maximum":9},{"enum":["all",0]}]},\
                "share":{"description":"A share.","default":0.5,"type":"number","minimum":0.0,"maximum":1.0},\
                "switched":{"description":"A switch.","default":true,"type":"boolean"},\
                "mood":{"description":"A mood.","default":"very-loud","type":"string","enum":["calm","very-loud"]},\
                "names":{"description":"Names.","default":["a","b"],"type":"array","items":{"type":"string"}}}}""");
    }

    @Test
    void typedTextBecomesTheNodeOfARecipe() {
        var field = SCHEMA.fields().getFirst();
        assertThat(List.of(field.read(field.node(" 7 ")), field.read(field.node("all")))).isEqualTo(List.of(7L, 0L));
    }

    static List<QuantizationMethod<?>> methods() {
        return MethodRegistry.all();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyMethodsOptionsAreDescribed(QuantizationMethod<?> method) {
        assertThat(method.schema().fields()).allSatisfy(field -> {
            assertThat(field.help()).endsWith(".");
            assertThat(field.defaultText()).isNotBlank();
        });
        assertThat(method.jsonSchema().at("/properties/method/const").stringValue()).isEqualTo(method.name());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyMethodMakesARecipeFromItsNameAlone(QuantizationMethod<?> method) {
        var recipe = Recipe.parse("{model: m, method: " + method.name() + "}");
        assertThat(recipe.options()).isEqualTo(method.schema().defaults());
    }
}
