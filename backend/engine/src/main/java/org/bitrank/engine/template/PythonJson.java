package org.bitrank.engine.template;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JSON as Python's {@code json.dumps(value, ensure_ascii=False)} writes it: with blanks after commas and colons. */
public final class PythonJson {
    private PythonJson() {}

    /** The filter {@code tojson} of chat templates. */
    public static final TemplateFunction FILTER = arguments -> {
        Object indent = arguments.get(2, "indent", null);
        String blanks = indent == null ? null : " ".repeat((int) Values.whole(indent));
        var out = new StringBuilder();
        write(arguments.get(0, "value"), blanks, arguments.flag(4, "sort_keys", false), "\n", out);
        return out.toString();
    };

    private static void write(Object value, String indent, boolean sorted, String line, StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case Boolean flag -> out.append(flag);
            case Long number -> out.append(number);
            case Double number -> out.append(
                    number.isNaN() ? "NaN" : number.isInfinite() ? (number > 0 ? "Infinity" : "-Infinity") : Values.number(number));
            case String text -> write(text, out);
            case List<?> list -> {
                var separator = new Separator(indent, line, out, '[');
                for (Object item : list) {
                    separator.next();
                    write(item, indent, sorted, separator.inner, out);
                }
                separator.close(']');
            }
            case Map<?, ?> map -> {
                var separator = new Separator(indent, line, out, '{');
                for (Map.Entry<?, ?> entry : (sorted ? new TreeMap<Object, Object>(map) : map).entrySet()) {
                    separator.next();
                    write(Values.text(entry.getKey()), out);
                    out.append(": ");
                    write(entry.getValue(), indent, sorted, separator.inner, out);
                }
                separator.close('}');
            }
            default -> throw Values.unfit(value, "something that JSON has");
        }
    }

    private static final class Separator {
        private final String indent;
        private final String line;
        private final String inner;
        private final StringBuilder out;
        private boolean any;

        Separator(String indent, String line, StringBuilder out, char open) {
            this.indent = indent;
            this.line = line;
            this.inner = indent == null ? line : line + indent;
            this.out = out.append(open);
        }

        void next() {
            if (any) {
                out.append(indent == null ? ", " : ",");
            }
            if (indent != null) {
                out.append(inner);
            }
            any = true;
        }

        void close(char close) {
            if (any && indent != null) {
                out.append(line);
            }
            out.append(close);
        }
    }

    private static void write(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ') {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
