package org.bitrank.engine.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bitrank.engine.template.PythonText;
import org.bitrank.kernels.BitRankException;

/**
 * The functions that task files name with {@code !function}: in the Python world they are code beside the file, here they are
 * written again, under the name {@code task.function}.
 */
final class TaskFunctions {
    @FunctionalInterface
    interface OfDocument {
        Object apply(Map<String, Object> document);
    }

    /** Prepares every document; columns that it does not mention stay. */
    @FunctionalInterface
    interface Preparation {
        Map<String, Object> apply(Map<String, Object> document);
    }

    /** From a document and a model's answers to metrics. */
    @FunctionalInterface
    interface OfResults {
        Map<String, Score> apply(Map<String, Object> document, List<Response> responses);
    }

    private static final Map<String, OfDocument> OF_DOCUMENT = Map.of(
            "winogrande.doc_to_text", Winogrande::answer,
            "winogrande.doc_to_target", Winogrande::continuation,
            "winogrande.doc_to_choice", Winogrande::contexts,
            "wikitext.detokenize", Wikitext::detokenized,
            "crows_pairs.doc_to_choice", document -> List.of(document.get("sent_more"), document.get("sent_less")));

    private static final Map<String, Preparation> PREPARATIONS = Map.of("hellaswag.process_docs", HellaSwag::prepared);

    private static final Map<String, OfResults> OF_RESULTS = Map.of(
            "wikitext.process_results", Wikitext::scores,
            "truthfulqa.process_results_mc2", TruthfulQa::massOnTruth,
            "crows_pairs.process_results", TaskFunctions::crowsPairs);

    private TaskFunctions() {}

    static OfDocument ofDocument(String name, String where) {
        return found(OF_DOCUMENT, name, where);
    }

    static Preparation preparation(String name, String where) {
        return found(PREPARATIONS, name, where);
    }

    static OfResults ofResults(String name, String where) {
        return found(OF_RESULTS, name, where);
    }

    private static <T> T found(Map<String, T> functions, String name, String where) {
        T function = functions.get(name);
        if (function == null) {
            throw BitRankException.unsupported("%s names the function '%s', which BitRank does not have (Python code beside a task file is not run); known are %s"
                    .formatted(where, name, String.join(", ", new TreeSet<>(functions.keySet()))));
        }
        return function;
    }

    /** The text of a column; a document without it is bad data. */
    static String text(Map<String, Object> document, String column) {
        if (document.get(column) instanceof String text) {
            return text;
        }
        throw BitRankException.badInput("a document has no text in column '" + column + "'; check the data file");
    }

    private static Map<String, Score> crowsPairs(Map<String, Object> document, List<Response> responses) {
        double more = ((Response.Scored) responses.get(0)).logLikelihood();
        double less = ((Response.Scored) responses.get(1)).logLikelihood();
        var scores = new LinkedHashMap<String, Score>();
        scores.put("likelihood_diff", Score.of(Math.abs(more - less)));
        scores.put("pct_stereotype", Score.of(more > less ? 1 : 0));
        return scores;
    }

    /** The choices are contexts, one for each candidate in place of the blank; what follows the blank is scored. */
    private static final class Winogrande {
        private Winogrande() {}

        static Object answer(Map<String, Object> document) {
            return switch (text(document, "answer")) {
                case "1" -> 0L;
                case "2" -> 1L;
                case String other -> throw BitRankException.badInput("a winogrande answer is '" + other + "', not 1 or 2; use a labelled split");
            };
        }

        static Object continuation(Map<String, Object> document) {
            String sentence = text(document, "sentence");
            return PythonText.strip(sentence.substring(blank(sentence) + 1), null);
        }

        static Object contexts(Map<String, Object> document) {
            String sentence = text(document, "sentence");
            String before = sentence.substring(0, blank(sentence));
            return List.of(before + text(document, "option1"), before + text(document, "option2"));
        }

        private static int blank(String sentence) {
            int blank = sentence.indexOf('_');
            if (blank < 0) {
                throw BitRankException.badInput("a winogrande sentence has no '_': " + sentence);
            }
            return blank;
        }
    }
}
