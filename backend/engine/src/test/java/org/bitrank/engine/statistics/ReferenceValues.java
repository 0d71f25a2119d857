package org.bitrank.engine.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The figures of SciPy and statsmodels that {@code src/test/python/statistics_reference.py} wrote. */
final class ReferenceValues {
    private static final JsonNode ROOT = read();

    private ReferenceValues() {}

    private static JsonNode read() {
        try (var in = ReferenceValues.class.getResourceAsStream("reference.json")) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static JsonNode cases(String name) {
        assertThat(ROOT.get(name)).isNotEmpty();
        return ROOT.get(name);
    }

    static double[] numbers(JsonNode list) {
        return list.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    }

    static List<Factor> factors(JsonNode row) {
        var factors = new ArrayList<Factor>();
        for (JsonNode factor : row.get("factors")) {
            factors.add(Factor.of(factor.get("name").stringValue(), factor.get("values").valueStream().map(JsonNode::stringValue).toList()));
        }
        return factors;
    }

    static void assertClose(double found, JsonNode wanted, double tolerance) {
        double value = wanted.doubleValue();
        assertThat(found).isCloseTo(value, within(tolerance * Math.max(1, Math.abs(value))));
    }

    static void assertClose(double found, JsonNode wanted) {
        assertClose(found, wanted, 1e-9);
    }
}
