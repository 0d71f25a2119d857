package org.bitrank.web.submit;

import java.util.List;
import org.bitrank.engine.quantize.recipe.OptionField;

/**
 * One input of the form.
 *
 * @param name the recipe's key: {@code weights.group-size}
 * @param value what stands in it
 * @param words suggestions for a text that may be a word or a number
 * @param error what is wrong with the value, or null
 */
record FormField(
        String name,
        String label,
        String help,
        Input input,
        String value,
        List<String> choices,
        List<String> words,
        String minimum,
        String maximum,
        String allowed,
        String error) {
    enum Input {
        NUMBER,
        TEXT,
        CHECK,
        CHOICE
    }

    static FormField of(String group, OptionField field, String value, String error) {
        return new FormField(
                group + "." + field.name(),
                label(field.name()),
                field.help(),
                input(field),
                value == null ? field.defaultText() : value,
                field.choices(),
                List.copyOf(field.words().keySet()),
                bound(field.minimum()),
                bound(field.maximum()),
                field.allowed() + "; usually " + field.defaultText(),
                error);
    }

    private static Input input(OptionField field) {
        return switch (field.kind()) {
            case BOOLEAN -> Input.CHECK;
            case INTEGER, NUMBER -> !field.choices().isEmpty() ? Input.CHOICE : field.words().isEmpty() ? Input.NUMBER : Input.TEXT;
            case TEXT -> field.choices().isEmpty() ? Input.TEXT : Input.CHOICE;
            // Of its choices a list may have several: they are typed.
            case LIST -> Input.TEXT;
        };
    }

    private static String label(String name) {
        String words = name.replace('-', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static String bound(Double bound) {
        return bound == null ? null : bound == Math.rint(bound) ? Long.toString(Math.round(bound)) : bound.toString();
    }

    /** For ids in the page. */
    public String id() {
        return name.replace('.', '-');
    }

    /** A choice of one is none, and is not asked. */
    public boolean shown() {
        return input != Input.CHOICE || choices.size() > 1 || error != null;
    }
}
