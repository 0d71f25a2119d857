package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitrank.engine.template.PythonText;
import org.bitrank.engine.tasks.Response;

/**
 * Generated answers that say nothing. Scores stay as they are: a model that answers yes to everything is right half the time, and a
 * reader should know.
 *
 * @param answers generated in all
 * @param empty of them without a character but white space
 * @param repeating of them one piece over and over
 * @param same of the others the same as nearly all, letters' case and punctuation aside; 0 unless that is so
 * @param common that same answer as it was given first, or null
 */
public record DegenerateAnswers(int answers, int empty, int repeating, int same, String common) {
    /** Fewer answers may be the same by chance. */
    static final int FEWEST = 20;

    /** From this share on answers are the same to nearly everything, and right answers are not. */
    static final double NEARLY_ALL = 0.95;

    /** Null for a task that generates nothing. */
    static DegenerateAnswers of(List<ItemReport> items) {
        var texts = new ArrayList<String>();
        var truths = new ArrayList<String>();
        for (ItemReport item : items) {
            for (Response response : item.responses()) {
                if (response instanceof Response.Generated generated) {
                    texts.add(generated.text());
                    truths.add(String.valueOf(item.item().target()));
                }
            }
        }
        return texts.isEmpty() ? null : of(texts, truths);
    }

    /**
     * @param texts one answer or more
     * @param truths what should have been answered, one to each
     */
    public static DegenerateAnswers of(List<String> texts, List<String> truths) {
        String common = common(texts, truths);
        var counts = new int[AnswerFault.values().length];
        for (String text : texts) {
            AnswerFault fault = fault(text, common);
            if (fault != null) {
                counts[fault.ordinal()]++;
            }
        }
        return new DegenerateAnswers(texts.size(), counts[0], counts[1], counts[2], common);
    }

    /** How many answers say nothing. */
    public int total() {
        return empty + repeating + same;
    }

    /** What is wrong with one of these answers, or null. */
    public AnswerFault fault(String text) {
        return fault(text, common);
    }

    private static AnswerFault fault(String text, String common) {
        String stripped = PythonText.strip(text, null);
        if (stripped.isEmpty()) {
            return AnswerFault.EMPTY;
        }
        if (RepeatingText.of(stripped)) {
            return AnswerFault.REPEATING;
        }
        return common != null && reduced(text).equals(reduced(common)) ? AnswerFault.SAME : null;
    }

    private static String common(List<String> texts, List<String> truths) {
        List<String> reduced = texts.stream().map(DegenerateAnswers::reduced).toList();
        Map<String, Integer> counts = counts(reduced);
        String most = Collections.max(counts.keySet(), (one, other) -> Integer.compare(counts.get(one), counts.get(other)));
        boolean suspect = texts.size() >= FEWEST
                && !most.isEmpty()
                && counts.get(most) >= NEARLY_ALL * texts.size()
                && Collections.max(counts(truths).values()) < NEARLY_ALL * texts.size();
        return suspect ? PythonText.strip(texts.get(reduced.indexOf(most)), null) : null;
    }

    private static Map<String, Integer> counts(Collection<String> texts) {
        var counts = new HashMap<String, Integer>();
        texts.forEach(text -> counts.merge(text, 1, Integer::sum));
        return counts;
    }

    /** Letters and digits in small letters; the text itself where it has none. */
    private static String reduced(String text) {
        String letters = text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
        return letters.isEmpty() ? PythonText.strip(text, null) : letters;
    }
}
