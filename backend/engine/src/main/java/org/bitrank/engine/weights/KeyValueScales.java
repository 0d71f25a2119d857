package org.bitrank.engine.weights;

/**
 * How a checkpoint wants the keys and values of one block kept: {@code scale · code(x / scale)}, beyond the largest code the largest.
 *
 * @param type integers of {@code bits} or, at 8 bits, float8 E4M3; no zero points
 * @param keys one scale for all heads, or one for each
 * @param values likewise
 */
public record KeyValueScales(ActivationScheme.Type type, int bits, float[] keys, float[] values) {
    /** For people: {@code float8 per tensor, scales stored}. */
    public String text() {
        return "%s%d per %s, scales stored".formatted(type == ActivationScheme.Type.INT ? "int" : "float", bits, keys.length == 1 ? "tensor" : "head");
    }
}
