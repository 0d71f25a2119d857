package org.bitrank.engine.tasks;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.PatternSyntaxException;
import org.bitrank.engine.template.Arguments;
import org.bitrank.engine.template.TemplateException;
import org.bitrank.engine.template.TemplateSettings;

/** The template environment of lm-evaluation-harness: strict, nothing trimmed, one filter of its own. */
final class TaskTemplates {
    static final TemplateSettings SETTINGS = new TemplateSettings(
            false, false, true, true, Map.of("regex_replace", TaskTemplates::regexReplace), Map.of());

    private TaskTemplates() {}

    private static Object regexReplace(Arguments arguments) {
        String text = (String) arguments.get(0, "string");
        String replacement = (String) arguments.get(2, "repl");
        long count = (Long) arguments.get(3, "count", 0L);
        try {
            Matcher matcher = PythonPattern.compile((String) arguments.get(1, "pattern")).matcher(text);
            var result = new StringBuilder();
            for (long done = 0; (count == 0 || done < count) && matcher.find(); done++) {
                matcher.appendReplacement(result, PythonPattern.replacement(replacement));
            }
            return matcher.appendTail(result).toString();
        } catch (PatternSyntaxException | IndexOutOfBoundsException e) {
            throw new TemplateException("regex_replace: " + e.getMessage());
        }
    }
}
