package org.bitrank.engine.tokenizer;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.template.Arguments;
import org.bitrank.engine.template.PythonJson;
import org.bitrank.engine.template.Template;
import org.bitrank.engine.template.TemplateException;
import org.bitrank.engine.template.TemplateFunction;
import org.bitrank.engine.template.TemplateSettings;
import org.bitrank.kernels.BitRankException;

/** Renders a conversation as the model was trained to see it. The words of a message are text, never template. */
public final class ChatTemplate {
    private static final TemplateSettings SETTINGS = new TemplateSettings(
            true,
            true,
            false,
            false,
            Map.of("tojson", PythonJson.FILTER),
            Map.of(
                    "raise_exception", (TemplateFunction) ChatTemplate::refuse,
                    "strftime_now", (TemplateFunction) ChatTemplate::now));

    private final Template template;
    private final Map<String, String> specialTokens;

    private ChatTemplate(Template template, Map<String, String> specialTokens) {
        this.template = template;
        this.specialTokens = Map.copyOf(specialTokens);
    }

    /** The template that the model brings; refuses a model without one. */
    public static ChatTemplate of(Checkpoint checkpoint) {
        String source = checkpoint.chatTemplate().orElseThrow(() -> BitRankException.unsupported(
                checkpoint.path() + " has no chat template (chat_template in tokenizer_config.json, or chat_template.jinja); it is a model for plain text"));
        return of(source, SpecialTokenTexts.of(checkpoint));
    }

    /** @param specialTokens {@code bos_token}, {@code eos_token} … to their texts, as the template may print them */
    public static ChatTemplate of(String source, Map<String, String> specialTokens) {
        try {
            return new ChatTemplate(Template.parse(source, SETTINGS), specialTokens);
        } catch (TemplateException e) {
            throw BitRankException.unsupported("the model's chat template cannot be read: " + e.getMessage());
        }
    }

    /**
     * @param messages maps with {@code role} and {@code content}, as in the standard tools
     * @param addGenerationPrompt end with what makes the model answer
     * @param arguments what else the template may ask for: {@code tools}, {@code enable_thinking}
     */
    public String render(List<?> messages, boolean addGenerationPrompt, Map<String, ?> arguments) {
        var variables = new HashMap<String, Object>(specialTokens);
        variables.put("tools", null);
        variables.put("documents", null);
        variables.putAll(arguments);
        variables.put("messages", messages);
        variables.put("add_generation_prompt", addGenerationPrompt);
        try {
            return template.render(variables);
        } catch (TemplateException e) {
            throw BitRankException.badInput("the model's chat template refuses these messages: " + e.getMessage(), e);
        }
    }

    private static Object refuse(Arguments arguments) {
        throw new TemplateException(String.valueOf(arguments.get(0, "message")));
    }

    private static Object now(Arguments arguments) {
        var pattern = new StringBuilder();
        String format = (String) arguments.get(0, "format");
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                pattern.append(c == '\'' ? "''" : "'" + c + "'");
                continue;
            }
            pattern.append(switch (format.charAt(++i)) {
                case 'd' -> "dd";
                case 'm' -> "MM";
                case 'b' -> "MMM";
                case 'B' -> "MMMM";
                case 'Y' -> "yyyy";
                case 'y' -> "yy";
                case 'H' -> "HH";
                case 'M' -> "mm";
                case 'S' -> "ss";
                case 'A' -> "EEEE";
                case 'a' -> "EEE";
                case '%' -> "'%'";
                default -> throw new TemplateException("strftime_now does not know %" + format.charAt(i));
            });
        }
        return DateTimeFormatter.ofPattern(pattern.toString(), Locale.ENGLISH).format(LocalDateTime.now());
    }
}
