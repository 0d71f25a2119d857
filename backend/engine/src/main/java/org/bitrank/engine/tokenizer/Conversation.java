package org.bitrank.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.engine.template.PythonText;
import org.bitrank.kernels.BitRankException;

/**
 * How a model wants to be asked: one question as a conversation with the model's turn begun. Pictures are placeholders in the
 * question; templates that take parts of contents, as transformers' processors hand them over, get theirs as parts.
 */
public final class Conversation {
    private static final String PLACEHOLDER = PictureTokens.PLACEHOLDER;
    private static final Pattern PIECES = Pattern.compile("(?=" + PLACEHOLDER + ")|(?<=" + PLACEHOLDER + ")");
    private static final String PROBE = "bitrank probe";

    /** From the words before everything and the question to a prompt. */
    private interface Form {
        String prompt(String system, String question);
    }

    private final String name;
    private final String system;
    private final Form form;

    private Conversation(String name, String system, Form form) {
        this.name = name;
        this.system = system;
        this.form = form;
    }

    /**
     * By the chat template that the model brings; refuses a model without one.
     *
     * @param system the words before everything, or null for none
     */
    public static Conversation of(Checkpoint checkpoint, String system) {
        return of(ChatTemplate.of(checkpoint), system);
    }

    static Conversation of(ChatTemplate template, String system) {
        boolean parts = takesParts(template);
        return new Conversation("the model's chat template", system, (words, question) -> rendered(template, parts, words, question));
    }

    /**
     * One of the conversations of the LLaVA code, for checkpoints without a template of their own. Throws {@link BitRankException}
     * of class BAD_INPUT where none has this name.
     *
     * @param system the words before everything, or null for the conversation's own
     */
    public static Conversation named(String name, String system) {
        NamedConversation conversation = NamedConversation.of(name);
        return new Conversation(name, system == null ? conversation.system() : system, conversation::prompt);
    }

    /** Names that {@link #named} knows. */
    public static List<String> names() {
        return NamedConversation.labels();
    }

    /** What tells it from others: a name, or "the model's chat template". */
    public String name() {
        return name;
    }

    /** The words before everything, or null. */
    public String system() {
        return system;
    }

    /** @param description what a task says about all its questions, or an empty text; it follows the words before everything */
    public String prompt(String description, String question) {
        String words = system == null || system.isEmpty()
                ? description
                : description.isEmpty() ? system : system + "\n\n" + description;
        String prompt = form.prompt(words, question);
        if (count(prompt) != count(question)) {
            throw BitRankException.unsupported("%s shows %d times %s where the question does %d times; name a conversation in its place (%s)"
                    .formatted(name, count(prompt), PLACEHOLDER, count(question), NamedConversation.names()));
        }
        return prompt;
    }

    private static String rendered(ChatTemplate template, boolean parts, String system, String question) {
        var messages = new ArrayList<Map<String, Object>>();
        if (!system.isEmpty()) {
            messages.add(message("system", parts ? List.of(text(system)) : system));
        }
        messages.add(message("user", parts ? parts(question) : question));
        return template.render(messages, true, Map.of());
    }

    private static Map<String, Object> message(String role, Object content) {
        return Map.of("role", role, "content", content);
    }

    private static Map<String, Object> text(String text) {
        return Map.of("type", "text", "text", text);
    }

    /** Blanks between pictures, and the line break behind them, are the template's to set. */
    private static List<Map<String, Object>> parts(String question) {
        var parts = new ArrayList<Map<String, Object>>();
        boolean afterPicture = false;
        for (String piece : PIECES.split(question)) {
            if (piece.equals(PLACEHOLDER)) {
                parts.add(Map.of("type", "image"));
                afterPicture = true;
            } else {
                String words = afterPicture && piece.startsWith("\n") ? piece.substring(1) : piece;
                if (!PythonText.strip(words, null).isEmpty()) {
                    parts.add(text(words));
                }
                afterPicture = false;
            }
        }
        return parts;
    }

    /** Templates for text print parts as they are stored, lose them, or refuse them. */
    private static boolean takesParts(ChatTemplate template) {
        try {
            String rendered = template.render(List.of(message("user", List.of(text(PROBE)))), true, Map.of());
            return rendered.contains(PROBE) && !rendered.contains("'type'") && !rendered.contains("\"type\"");
        } catch (BitRankException refused) {
            return false;
        }
    }

    private static int count(String text) {
        return text.split(PLACEHOLDER, -1).length - 1;
    }
}
