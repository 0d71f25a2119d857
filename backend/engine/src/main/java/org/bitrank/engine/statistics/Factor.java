package org.bitrank.engine.statistics;

import java.util.List;
import java.util.TreeSet;

/**
 * Something that may make a difference, with its level in each observation.
 *
 * @param name {@code method}, {@code bits}, …
 * @param values the level of each observation
 * @param levels all that occur, in the order of tables
 */
public record Factor(String name, List<String> values, List<String> levels) {
    public Factor {
        values = List.copyOf(values);
        levels = List.copyOf(levels);
    }

    /** With its levels in the order of the alphabet. */
    public static Factor of(String name, List<String> values) {
        return new Factor(name, values, List.copyOf(new TreeSet<>(values)));
    }

    int level(int observation) {
        return levels.indexOf(values.get(observation));
    }

    /**
     * A level as numbers that sum to zero over all levels: its own column, and −1 in every column for the last. In this
     * coding an average over another factor's levels leaves that factor out, and main effects mean the same whether or not
     * interactions are in the model.
     */
    double[] code(int level) {
        var code = new double[levels.size() - 1];
        if (level == code.length) {
            java.util.Arrays.fill(code, -1);
        } else {
            code[level] = 1;
        }
        return code;
    }
}
