package org.bitrank.engine.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against Jinja2's own answers, which {@code src/test/python/template_cases.py} wrote. */
class TemplateTest {
    private static final TemplateSettings STRICT = new TemplateSettings(false, false, true, true, Map.of(), Map.of());
    private static final TemplateSettings CHAT = new TemplateSettings(true, true, false, false, Map.of(), Map.of());

    @TestFactory
    Stream<DynamicTest> rendersWhatJinjaRenders() throws IOException {
        JsonNode file;
        try (var in = TemplateTest.class.getResourceAsStream("cases.json")) {
            file = JsonMapper.shared().readTree(in);
        }
        @SuppressWarnings("unchecked")
        var variables = (Map<String, Object>) JsonValues.of(file.get("variables"));
        return file.get("cases").valueStream().map(row -> {
            String template = row.get("template").stringValue();
            return DynamicTest.dynamicTest(template.replace("\n", "\\n"), () -> {
                check(template, variables, STRICT, row.get("strict"));
                check(template, variables, CHAT, row.get("chat"));
            });
        });
    }

    private static void check(String template, Map<String, Object> variables, TemplateSettings settings, JsonNode wanted) {
        if (wanted.has("refused")) {
            assertThatThrownBy(() -> Template.parse(template, settings).render(variables)).isInstanceOf(TemplateException.class);
        } else {
            assertThat(Template.parse(template, settings).render(variables)).isEqualTo(wanted.get("text").stringValue());
        }
    }

    @Test
    void givesTheListItselfWhereTheTemplateIsOneExpression() {
        var row = Map.of("sol1", "it's {{ 1 }}", "sol2", "\"b\"");
        assertThat(Template.parse("{{[sol1, sol2]}}", STRICT).evaluate(row)).isEqualTo(List.of("it's {{ 1 }}", "\"b\""));
        assertThat(Template.parse(" {{[sol1]}}", STRICT).evaluate(row)).isEqualTo(" [\"it's {{ 1 }}\"]");
    }

    @Test
    void readsBackWhatPythonPrints() {
        var values = List.of("it's", "say \"so\"", "both ' and \"", "back\\slash\n\t\u0007\u00a0\u2028😀", 1L, -2.5, true, List.of());
        assertThat(PythonLiteral.parse(PythonLiteral.print(values))).isEqualTo(values);
        assertThatThrownBy(() -> PythonLiteral.parse("[f(1)]")).isInstanceOf(TemplateException.class);
        assertThatThrownBy(() -> PythonLiteral.parse("[1")).isInstanceOf(TemplateException.class);
    }

    @Test
    void neverReachesJavaThroughAValue() {
        for (String template : List.of("{{ x.class }}", "{{ x.getClass() }}", "{{ x['class'] }}", "{{ x.__class__ }}", "{{ ''.getBytes }}")) {
            assertThatThrownBy(() -> Template.parse(template, STRICT).render(Map.of("x", List.of("a"))))
                    .isInstanceOf(TemplateException.class);
        }
    }
}
