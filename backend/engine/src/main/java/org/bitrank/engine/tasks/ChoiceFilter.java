package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.bitrank.engine.template.PythonText;
import org.bitrank.kernels.BitRankException;

/**
 * {@code multi_choice_regex}: finds which of a document's {@code choices} an answer names: by the task's own expression, else by the
 * text of a choice, else by a letter after a colon. The result is the letter in brackets.
 */
record ChoiceFilter(Pattern own, long select, String fallback, boolean ignoreCase, boolean ignorePunctuation, List<Pattern> ignored)
        implements FilterPipeline.Step {
    private static final Pattern PUNCTUATION = Pattern.compile("\\p{P}");

    static ChoiceFilter of(Map<?, ?> settings, String where) {
        var ignored = new ArrayList<Pattern>();
        if (settings.get("regexes_to_ignore") instanceof List<?> expressions) {
            expressions.forEach(expression -> ignored.add(FilterPipeline.pattern(Map.of("regex_pattern", expression), where)));
        }
        return new ChoiceFilter(
                FilterPipeline.pattern(settings, where),
                FilterPipeline.select(settings),
                FilterPipeline.fallback(settings),
                Boolean.TRUE.equals(settings.get("ignore_case")),
                Boolean.TRUE.equals(settings.get("ignore_punctuation")),
                ignored);
    }

    @Override
    public String apply(String answer, Map<String, Object> document) {
        if (!(document.get("choices") instanceof List<?> choices) || choices.isEmpty()) {
            throw BitRankException.badInput("multi_choice_regex needs documents with a list 'choices'; check the task and its data");
        }
        var letterOfChoice = new HashMap<String, String>();
        var texts = new ArrayList<String>();
        var letters = new StringBuilder();
        for (int i = 0; i < choices.size(); i++) {
            String text = reduced(PythonText.strip(String.valueOf(choices.get(i)), null));
            char letter = (char) ('A' + i);
            letterOfChoice.put(text, "(" + letter + ")");
            texts.add(Pattern.quote(text));
            letters.append(i == 0 ? "" : "|").append(letter);
        }
        texts.sort(Comparator.comparingInt(String::length).reversed());
        String found = found(own, answer);
        if (found.isEmpty()) {
            String named = found(Pattern.compile(String.join("|", texts)), reduced(answer));
            found = letterOfChoice.getOrDefault(named, named);
        }
        if (found.isEmpty()) {
            String letter = found(PythonPattern.compile(":[\\s]*(" + letters + ")"), answer);
            found = letter.isEmpty() ? "" : "(" + letter + ")";
        }
        return found.isEmpty() ? fallback : found;
    }

    private String found(Pattern pattern, String text) {
        List<List<String>> found = PythonPattern.findAll(pattern, text);
        long index = select < 0 ? found.size() + select : select;
        if (index < 0 || index >= found.size()) {
            return "";
        }
        return PythonText.strip(found.get((int) index).stream().filter(group -> !group.isEmpty()).findFirst().orElse(""), null);
    }

    private String reduced(String text) {
        String reduced = text;
        for (Pattern pattern : ignored) {
            reduced = pattern.matcher(reduced).replaceAll("");
        }
        reduced = ignoreCase ? reduced.toLowerCase(Locale.ROOT) : reduced;
        return ignorePunctuation ? PUNCTUATION.matcher(reduced).replaceAll("") : reduced;
    }
}
