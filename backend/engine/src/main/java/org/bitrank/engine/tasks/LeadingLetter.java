package org.bitrank.engine.tasks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitrank.engine.template.PythonText;

/** AI2D's filter in lmms-eval: the letter of an answer that begins with one and a full stop; other answers stay as they are. */
final class LeadingLetter {
    private static final Pattern LETTER = Pattern.compile("^\\s*([A-Z])\\.");

    private LeadingLetter() {}

    static String of(String answer) {
        Matcher letter = LETTER.matcher(answer);
        return letter.find() ? letter.group(1) : PythonText.strip(answer, null);
    }
}
