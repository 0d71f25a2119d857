package org.bitrank.engine.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.bitrank.engine.template.PythonText;

/** Cleans the marks that the WikiHow half of the data set left in its texts. */
final class HellaSwag {
    private static final Pattern BRACKETS = Pattern.compile("\\[.*?\\]");

    private HellaSwag() {}

    static Map<String, Object> prepared(Map<String, Object> document) {
        String context = TaskFunctions.text(document, "ctx_a") + " " + PythonText.capitalize(TaskFunctions.text(document, "ctx_b"));
        var prepared = new LinkedHashMap<>(document);
        prepared.put("query", clean(TaskFunctions.text(document, "activity_label") + ": " + context));
        prepared.put("choices", ((List<?>) document.get("endings")).stream().map(ending -> clean((String) ending)).toList());
        prepared.put("gold", Long.valueOf(String.valueOf(document.get("label"))));
        return prepared;
    }

    private static String clean(String text) {
        String clean = PythonText.strip(text, null).replace(" [title]", ". ");
        return BRACKETS.matcher(clean).replaceAll("").replace("  ", " ");
    }
}
