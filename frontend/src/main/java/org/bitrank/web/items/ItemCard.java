package org.bitrank.web.items;

import java.util.List;
import java.util.stream.IntStream;
import org.bitrank.engine.evaluate.AnswerFault;
import org.bitrank.service.item.ItemView;
import org.bitrank.service.item.ItemView.Choice;
import org.bitrank.service.item.Verdict;
import org.bitrank.web.words.Figures;

/**
 * One item as the template shows it.
 *
 * @param cssClass {@code bad} where something was lost, {@code ok} where something was gained, else empty
 * @param before the part of a long prompt that is folded away, or null
 */
record ItemCard(
        int document, String outcome, String cssClass, String before, String prompt, List<Shown> pictures, List<Line> choices, String target, Said value, Said base,
        List<Figure> figures) {
    /** @param alternative what is read out in the picture's place: which one it is, as nobody described it */
    record Shown(String address, String alternative) {}

    /** @param marks what is to be said of the choice: the right answer, who prefers it */
    record Line(String text, boolean right, List<String> marks, String value, String base, String difference) {}

    /**
     * @param filtered what the task's filter made of the text; null where it is the same
     * @param degenerate why the text says nothing, in words, or null
     */
    record Said(String text, String filtered, String degenerate) {}

    record Figure(String metric, String value, String base, String change) {}

    private static final int SHOWN = 900;

    /** @param other what the row that is compared with is called */
    static ItemCard of(ItemView item, String other) {
        String prompt = item.prompt() == null ? "" : item.prompt();
        int cut = prompt.length() <= SHOWN ? 0 : Math.max(prompt.length() - SHOWN, prompt.lastIndexOf("\n\n", prompt.length() - 2) + 2);
        return new ItemCard(
                item.document(),
                outcome(item),
                cssClass(item),
                cut == 0 ? null : prompt.substring(0, cut),
                prompt.substring(cut),
                shown(item),
                item.choices().stream().map(choice -> line(choice, item.choices().size() > 1, item.base() != null, other)).toList(),
                item.choices().size() > 1 ? null : item.target(),
                said(item.value()),
                item.base() == null ? null : said(item.base()),
                item.metrics().stream().map(figure -> new Figure(
                        figure.metric().replace('_', ' '), Figures.significant(figure.value(), 4), Figures.significant(figure.base(), 4),
                        figure.value() == null || figure.base() == null ? Figures.ABSENT : Figures.signed(figure.value() - figure.base(), 3))).toList());
    }

    private static List<Shown> shown(ItemView item) {
        List<ItemView.Picture> pictures = item.pictures();
        return IntStream.range(0, pictures.size())
                .mapToObj(i -> new Shown("/pictures/" + pictures.get(i).sha256(),
                        pictures.size() == 1 ? "The picture of item " + item.document() : "Picture " + (i + 1) + " of item " + item.document()))
                .toList();
    }

    private static String outcome(ItemView item) {
        Verdict value = item.value().verdict();
        if (value == Verdict.NONE) {
            return "";
        }
        String now = value == Verdict.RIGHT ? "right" : "wrong";
        if (item.base() == null || item.base().verdict() == Verdict.NONE) {
            return now;
        }
        String then = item.base().verdict() == Verdict.RIGHT ? "right" : "wrong";
        return then.equals(now) ? now + " with both" : then + " → " + now;
    }

    private static String cssClass(ItemView item) {
        if (item.base() == null || item.base().verdict() == item.value().verdict()) {
            return "";
        }
        return item.value().verdict() == Verdict.WRONG ? "bad" : item.value().verdict() == Verdict.RIGHT ? "ok" : "";
    }

    private static Line line(Choice choice, boolean several, boolean compared, String other) {
        var marks = new java.util.ArrayList<String>();
        if (choice.right()) {
            marks.add("right answer");
        }
        if (choice.first() && choice.baseFirst()) {
            marks.add("chosen by both");
        } else if (choice.first()) {
            marks.add(compared ? "chosen by this row" : "chosen");
        } else if (choice.baseFirst()) {
            marks.add("chosen by " + other);
        }
        if (!several && choice.greedy()) {
            marks.add("what this row would write itself");
        }
        boolean both = choice.value() != null && choice.base() != null;
        return new Line(
                choice.text().isBlank() ? "(the text above)" : choice.text().strip(), choice.right(), marks, Figures.fixed(choice.value(), 2), Figures.fixed(choice.base(), 2),
                both ? Figures.signed(choice.value() - choice.base(), 2) : Figures.ABSENT);
    }

    private static Said said(ItemView.Answer answer) {
        return answer.text() == null ? null
                : new Said(answer.text(), answer.text().equals(answer.filtered()) ? null : answer.filtered(), words(answer.degenerate()));
    }

    private static String words(AnswerFault fault) {
        return fault == null ? null : switch (fault) {
            case EMPTY -> "nothing written";
            case REPEATING -> "one piece over and over to the end";
            case SAME -> "the same to nearly everything";
        };
    }
}
