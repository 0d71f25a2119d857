package org.bitrank.engine.tasks;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.bitrank.engine.template.PythonText;

/** What Python's {@code float(text)} makes of a text: scorers of the Python world ask it whether an answer is a number. */
final class PythonFloat {
    private static final String DIGITS = "[0-9]+(_[0-9]+)*";
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(%s\\.?(%s)?|\\.%s)([eE][+-]?%s)?".formatted(DIGITS, DIGITS, DIGITS, DIGITS));
    private static final Pattern WORD = Pattern.compile("[+-]?(inf|infinity|nan)", Pattern.CASE_INSENSITIVE);

    private PythonFloat() {}

    /** Empty where Python raises ValueError. */
    static OptionalDouble parse(String text) {
        String stripped = PythonText.strip(text, null);
        if (NUMBER.matcher(stripped).matches()) {
            return OptionalDouble.of(Double.parseDouble(stripped.replace("_", "")));
        }
        if (!WORD.matcher(stripped).matches()) {
            return OptionalDouble.empty();
        }
        if (stripped.toLowerCase(Locale.ROOT).contains("nan")) {
            return OptionalDouble.of(Double.NaN);
        }
        return OptionalDouble.of(stripped.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
}
