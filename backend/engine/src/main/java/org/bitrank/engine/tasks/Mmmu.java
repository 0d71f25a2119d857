package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitrank.engine.template.PythonLiteral;
import org.bitrank.engine.template.TemplateException;
import org.bitrank.kernels.BitRankException;

/**
 * MMMU: questions of college courses with up to seven pictures, most with options, some open. Yue et al. 2023, arXiv:2311.16502;
 * prompts and rules are lmms-eval's. Where no option can be made out of an answer it draws one; here the answer is wrong, and
 * counted as unresolved.
 */
final class Mmmu {
    private static final Pattern PICTURE = Pattern.compile("<image (\\d+)>");
    private static final Pattern SUBJECT = Pattern.compile("[^_]+_(.+)_\\d+");
    private static final Map<String, List<String>> DISCIPLINES = Map.of(
            "art_and_design", List.of("Art", "Art_Theory", "Design", "Music"),
            "business", List.of("Accounting", "Economics", "Finance", "Manage", "Marketing"),
            "science", List.of("Biology", "Chemistry", "Geography", "Math", "Physics"),
            "health_and_medicine", List.of(
                    "Basic_Medical_Science", "Clinical_Medicine", "Diagnostics_and_Laboratory_Medicine", "Pharmacy", "Public_Health"),
            "humanities_and_social_science", List.of("History", "Literature", "Sociology", "Psychology"),
            "tech_and_engineering", List.of(
                    "Agriculture", "Architecture_and_Engineering", "Computer_Science", "Electronics", "Energy_and_Power", "Materials",
                    "Mechanical_Engineering"));

    private Mmmu() {}

    static Object question(Map<String, Object> document) {
        return prompt(document);
    }

    private static String prompt(Map<String, Object> document) {
        var prompt = new StringBuilder(TaskFunctions.text(document, "question")).append('\n');
        if (!hasOptions(document)) {
            return prompt.append("\nAnswer the question using a single word or phrase.").toString();
        }
        options(document).forEach((letter, text) -> prompt.append(letter).append(". ").append(text).append('\n'));
        return prompt.append("\nAnswer with the option's letter from the given choices directly.").toString();
    }

    /** Those that question and options speak of, in the order of their names. */
    static Object pictures(Map<String, Object> document) {
        var columns = new TreeSet<String>();
        Matcher spoken = PICTURE.matcher(prompt(document));
        while (spoken.find()) {
            columns.add("image_" + spoken.group(1));
        }
        var pictures = new ArrayList<Object>();
        for (String column : columns) {
            Object picture = document.get(column);
            if (picture == null) {
                throw BitRankException.badInput("the question speaks of %s, which the document does not have".formatted(column));
            }
            pictures.add(picture);
        }
        return pictures;
    }

    static Map<String, Score> scores(Map<String, Object> document, List<Response> responses) {
        String answer = TaskFunctions.answer(responses);
        boolean right;
        boolean unresolved = false;
        if (hasOptions(document)) {
            String letter = MmmuAnswer.option(answer, options(document));
            right = letter != null && rightAnswers(document).contains(letter);
            unresolved = letter == null;
        } else {
            right = MmmuAnswer.isRight(answer, rightAnswers(document));
        }
        var scores = new LinkedHashMap<String, Score>();
        scores.put("mmmu_acc", Score.of(right ? 1 : 0));
        scores.put("unresolved", Score.of(unresolved ? 1 : 0));
        scores.put("mmmu_acc_" + discipline(document), Score.of(right ? 1 : 0));
        return scores;
    }

    private static boolean hasOptions(Map<String, Object> document) {
        return TaskFunctions.text(document, "question_type").equals("multiple-choice");
    }

    private static List<String> rightAnswers(Map<String, Object> document) {
        return document.get("answer") instanceof List<?> several
                ? several.stream().map(String::valueOf).toList()
                : List.of(TaskFunctions.text(document, "answer"));
    }

    /** The data set has the list printed, as Python prints it. */
    private static Map<String, String> options(Map<String, Object> document) {
        Object value = document.get("options");
        try {
            if (value instanceof String printed) {
                value = PythonLiteral.parse(printed);
            }
        } catch (TemplateException e) {
            throw BitRankException.badInput("the options '" + value + "' are no list; check the data file", e);
        }
        if (!(value instanceof List<?> list)) {
            throw BitRankException.badInput("the document has no list of options; check the data file");
        }
        var options = new LinkedHashMap<String, String>();
        for (int i = 0; i < list.size(); i++) {
            options.put(String.valueOf((char) ('A' + i)), String.valueOf(list.get(i)));
        }
        return options;
    }

    private static String discipline(Map<String, Object> document) {
        Matcher id = SUBJECT.matcher(TaskFunctions.text(document, "id"));
        String subject = id.matches() ? id.group(1) : "";
        return DISCIPLINES.entrySet().stream()
                .filter(discipline -> discipline.getValue().contains(subject))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> BitRankException.badInput(
                        "the id '" + document.get("id") + "' names no subject of MMMU (validation_Art_Theory_12); check the data file"));
    }
}
