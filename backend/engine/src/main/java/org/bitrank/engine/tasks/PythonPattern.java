package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's regular expressions by means of Java's, which differ in a few spellings. */
final class PythonPattern {
    private PythonPattern() {}

    /** In Python {@code \d}, {@code \w} and {@code \s} are Unicode's. */
    static Pattern compile(String pattern) {
        return Pattern.compile(
                pattern.replace("(?P<", "(?<").replace("\\Z", "\\z"), Pattern.UNICODE_CHARACTER_CLASS);
    }

    /** {@code \1} and {@code \g<1>} become {@code $1}; what means something to Java only is taken literally. */
    static String replacement(String replacement) {
        return replacement
                .replace("$", "\\$")
                .replaceAll("\\\\g<(\\w+)>", "\\${$1}")
                .replaceAll("\\$\\{(\\d+)\\}", "\\$$1")
                .replaceAll("\\\\(\\d)", "\\$$1")
                .replace("\\n", "\n");
    }

    /** {@code re.findall}: of each match the whole, its only group, or all its groups. */
    static List<List<String>> findAll(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        var found = new ArrayList<List<String>>();
        while (matcher.find()) {
            if (matcher.groupCount() == 0) {
                found.add(List.of(matcher.group()));
                continue;
            }
            var groups = new ArrayList<String>();
            for (int i = 1; i <= matcher.groupCount(); i++) {
                groups.add(matcher.group(i) == null ? "" : matcher.group(i));
            }
            found.add(groups);
        }
        return found;
    }
}
