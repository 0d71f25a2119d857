package org.bitrank.engine.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Python's idea of text: white space, code points, escapes. */
public final class PythonText {
    private PythonText() {}

    /** {@code str.isspace} for one character; also what {@code \s} matches in Python. */
    public static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    /** Length in code points. */
    public static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** @param characters what to take away; null for white space */
    public static String strip(String text, String characters) {
        return stripStart(stripEnd(text, characters), characters);
    }

    public static String stripStart(String text, String characters) {
        int start = 0;
        while (start < text.length() && isStripped(text.codePointAt(start), characters)) {
            start += Character.charCount(text.codePointAt(start));
        }
        return text.substring(start);
    }

    public static String stripEnd(String text, String characters) {
        int end = text.length();
        while (end > 0 && isStripped(text.codePointBefore(end), characters)) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(0, end);
    }

    private static boolean isStripped(int c, String characters) {
        return characters == null ? isSpace(c) : characters.indexOf(c) >= 0;
    }

    public static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int rest = Character.charCount(text.codePointAt(0));
        return titleCase(text.substring(0, rest)) + text.substring(rest).toLowerCase(Locale.ROOT);
    }

    private static String titleCase(String letter) {
        int c = letter.codePointAt(0);
        int title = Character.toTitleCase(c);
        // Letters whose upper case has several characters (ß) are not in Java's one-to-one mapping.
        return title == c ? letter.toUpperCase(Locale.ROOT) : Character.toString(title);
    }

    static String title(String text) {
        var result = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            String letter = Character.toString(c);
            result.append(inWord ? letter.toLowerCase(Locale.ROOT) : titleCase(letter));
            inWord = Character.isLetter(c);
            i += Character.charCount(c);
        }
        return result.toString();
    }

    /** {@code str.isdigit}, for the digits that {@code int} reads. */
    public static boolean isDigits(String text) {
        return !text.isEmpty() && text.codePoints().allMatch(Character::isDigit);
    }

    /** What is left when a text is cut at runs of white space. */
    public static List<String> words(String text) {
        return split(text, null, -1).stream().map(String.class::cast).toList();
    }

    /** @param separator null for runs of white space @param limit the most cuts; negative for all */
    static List<Object> split(String text, String separator, long limit) {
        var parts = new ArrayList<Object>();
        if (separator == null) {
            String rest = stripStart(text, null);
            while (!rest.isEmpty()) {
                int end = 0;
                while (end < rest.length() && !isSpace(rest.codePointAt(end))) {
                    end += Character.charCount(rest.codePointAt(end));
                }
                if (limit >= 0 && parts.size() == limit) {
                    parts.add(stripEnd(rest, null));
                    return parts;
                }
                parts.add(rest.substring(0, end));
                rest = stripStart(rest.substring(end), null);
            }
            return parts;
        }
        checkSeparator(separator);
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0 && (limit < 0 || parts.size() < limit); at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    static List<Object> splitFromEnd(String text, String separator, long limit) {
        checkSeparator(separator);
        var parts = new ArrayList<Object>();
        int to = text.length();
        while (limit < 0 || parts.size() < limit) {
            int at = text.lastIndexOf(separator, to - separator.length());
            if (at < 0 || to < separator.length()) {
                break;
            }
            parts.addFirst(text.substring(at + separator.length(), to));
            to = at;
        }
        parts.addFirst(text.substring(0, to));
        return parts;
    }

    private static void checkSeparator(String separator) {
        if (separator.isEmpty()) {
            throw new TemplateException("an empty separator");
        }
    }

    static List<Object> lines(String text) {
        var lines = new ArrayList<Object>();
        text.lines().forEach(lines::add);
        return lines;
    }

    /** As Python prints a text inside a list. */
    static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        var result = new StringBuilder(text.length() + 2).append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> result.append("\\n");
                case '\r' -> result.append("\\r");
                case '\t' -> result.append("\\t");
                case '\\' -> result.append("\\\\");
                default -> {
                    if (c == quote) {
                        result.append('\\').append(quote);
                    } else if (isPrintable(c)) {
                        result.appendCodePoint(c);
                    } else {
                        result.append(c < 0x100 ? "\\x%02x".formatted(c) : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
                    }
                }
            }
        });
        return result.append(quote).toString();
    }

    private static boolean isPrintable(int c) {
        if (c == ' ') {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    /** The inside of a quoted text; an escape that Python does not know stays as it is. */
    static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var result = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                result.append(c);
                continue;
            }
            char escaped = text.charAt(++i);
            switch (escaped) {
                case 'n' -> result.append('\n');
                case 't' -> result.append('\t');
                case 'r' -> result.append('\r');
                case 'b' -> result.append('\b');
                case 'f' -> result.append('\f');
                case 'v' -> result.append('\u000b');
                case 'a' -> result.append('\u0007');
                case '0' -> result.append('\0');
                case '\\', '\'', '"' -> result.append(escaped);
                case '\n' -> {}
                case 'x', 'u', 'U' -> {
                    int digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : 8;
                    if (i + digits >= text.length()) {
                        throw new TemplateException("a cut-off escape in '" + text + "'");
                    }
                    try {
                        result.appendCodePoint(Integer.parseInt(text, i + 1, i + 1 + digits, 16));
                    } catch (IllegalArgumentException e) {
                        throw new TemplateException("a wrong escape in '" + text + "'");
                    }
                    i += digits;
                }
                default -> result.append('\\').append(escaped);
            }
        }
        return result.toString();
    }
}
