package org.bitrank.engine.checkpoint.gguf;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.bitrank.kernels.BitRankException;

/**
 * The key-value pairs of a GGUF file. Integers of every width are {@code Long}, floats {@code Double}; arrays are
 * {@code String[]}, {@code long[]}, {@code double[]}, {@code boolean[]} or {@code List} of arrays.
 */
public final class GgufMetadata {
    private final SortedMap<String, Object> values;
    private final String file;

    GgufMetadata(SortedMap<String, Object> values, String file) {
        this.values = Collections.unmodifiableSortedMap(values);
        this.file = file;
    }

    public Map<String, Object> values() {
        return values;
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    public Optional<String> string(String key) {
        return Optional.ofNullable(get(key, String.class));
    }

    public OptionalLong integer(String key) {
        Long value = get(key, Long.class);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** A float, or an integer as one. */
    public OptionalDouble number(String key) {
        Number value = get(key, Number.class);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value.doubleValue());
    }

    public Optional<Boolean> flag(String key) {
        return Optional.ofNullable(get(key, Boolean.class));
    }

    public Optional<List<String>> strings(String key) {
        return Optional.ofNullable(get(key, String[].class)).map(List::of);
    }

    public Optional<int[]> integers(String key) {
        return Optional.ofNullable(get(key, long[].class)).map(values -> {
            var narrow = new int[values.length];
            for (int i = 0; i < narrow.length; i++) {
                narrow[i] = Math.toIntExact(values[i]);
            }
            return narrow;
        });
    }

    public Optional<double[]> numbers(String key) {
        return Optional.ofNullable(get(key, double[].class));
    }

    private <T> T get(String key, Class<T> type) {
        Object value = values.get(key);
        if (value == null || type.isInstance(value)) {
            return type.cast(value);
        }
        throw BitRankException.badInput("%s: metadata key %s is of an unexpected type (%s)".formatted(file, key, value.getClass().getSimpleName()));
    }
}
