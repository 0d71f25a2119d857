package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.template.PythonLiteral;
import org.bitrank.engine.template.PythonText;
import org.bitrank.engine.template.TemplateException;
import org.bitrank.engine.tokenizer.Conversation;
import org.bitrank.kernels.BitRankException;

/** From documents to the texts that a model sees, as lm-evaluation-harness 0.4.13 builds them without a chat template. */
final class Prompts {
    private final TaskDefinition task;
    private final Set<String> columns;
    private final boolean multipleInput;
    private final DocumentPictures pictures;
    private final Conversation conversation;

    /**
     * @param first any document: whether the question is a number, and so choices are contexts, is the same for all
     * @param conversation how questions are put to the model, or null for plain text
     */
    Prompts(TaskDefinition task, Map<String, Object> first, PictureValues values, Conversation conversation) {
        this.task = task;
        this.conversation = conversation;
        pictures = new DocumentPictures(task.pictures(), values);
        columns = Set.copyOf(first.keySet());
        multipleInput = task.choice() != null && text(task.text(), first) instanceof Long;
    }

    /** True where the choices are contexts of a common continuation (WinoGrande). */
    boolean isMultipleInput() {
        return multipleInput;
    }

    List<Request> requests(Map<String, Object> document, List<Map<String, Object>> examples) {
        return switch (task.outputType()) {
            case LOGLIKELIHOOD -> List.of(
                    new Request.LogLikelihood(context(document, examples), String.valueOf(target(document)), images(document, examples)));
            case LOGLIKELIHOOD_ROLLING -> List.of(new Request.Rolling(String.valueOf(target(document))));
            case GENERATE_UNTIL -> List.of(new Request.Generate(context(document, examples), task.generation(), images(document, examples)));
            case MULTIPLE_CHOICE -> choiceRequests(document, examples);
            case TOKEN_WINDOWS -> throw new IllegalStateException("windows are cut from all documents at once");
        };
    }

    private List<Request> choiceRequests(Map<String, Object> document, List<Map<String, Object>> examples) {
        var requests = new ArrayList<Request>();
        List<String> choices = choices(document);
        List<ImageSource> images = images(document, examples);
        if (multipleInput) {
            String continuation = choiceDelimiter(document) + target(document);
            for (String choice : choices) {
                requests.add(new Request.LogLikelihood(context(choice, document, examples), continuation, images));
            }
        } else {
            String context = context(document, examples);
            for (String choice : choices) {
                requests.add(new Request.LogLikelihood(context, choiceDelimiter(document) + choice, images));
            }
        }
        if (task.metrics().stream().anyMatch(metric -> metric.name().equals("acc_mutual_info"))) {
            for (String choice : choices) {
                requests.add(new Request.LogLikelihood("", choiceDelimiter(document) + choice));
            }
        }
        return requests;
    }

    private String context(Map<String, Object> document, List<Map<String, Object>> examples) {
        return context(string(text(task.text(), document), "doc_to_text"), document, examples);
    }

    /** In a conversation the description is said before everything, and examples and question are one turn of the user's. */
    private String context(String asked, Map<String, Object> document, List<Map<String, Object>> examples) {
        String question = placed(asked, document);
        if (conversation == null) {
            return description(document) + shown(examples) + question + begun(question, document);
        }
        String prefix = prefix(task.prefix(), document);
        return conversation.prompt(description(document), shown(examples) + question) + (prefix == null ? "" : prefix);
    }

    /** What stands between a question and a choice: in a conversation nothing, as the model's turn has begun. */
    private String choiceDelimiter(Map<String, Object> document) {
        if (conversation == null) {
            return task.targetDelimiter();
        }
        String prefix = prefix(task.prefix(), document);
        boolean open = prefix != null && !prefix.isEmpty() && !PythonText.isSpace(prefix.codePointBefore(prefix.length()));
        return open ? task.targetDelimiter() : "";
    }

    /** Those of the examples, then the document's own: the order of their placeholders. */
    private List<ImageSource> images(Map<String, Object> document, List<Map<String, Object>> examples) {
        var images = new ArrayList<ImageSource>();
        for (Map<String, Object> example : examples) {
            images.addAll(pictures.of(example, columns));
        }
        images.addAll(pictures.of(document, columns));
        return images;
    }

    private String placed(String question, Map<String, Object> document) {
        return pictures.placed(question, pictures.of(document, columns));
    }

    /** What the answer is to begin with. */
    private String begun(String question, Map<String, Object> document) {
        String prefix = prefix(task.prefix(), document);
        if (prefix == null || prefix.isEmpty()) {
            return "";
        }
        String delimiter = multipleInput ? "" : task.targetDelimiter();
        return (needsDelimiter(question, prefix) ? delimiter : "") + prefix;
    }

    /** The examples, each with its answer. */
    private String shown(List<Map<String, Object>> examples) {
        var prompt = new StringBuilder();
        FewshotSettings fewshot = task.fewshot();
        for (Map<String, Object> example : examples) {
            Object question = text(fewshot.text(), example);
            Object answer = target(fewshot.target(), example);
            List<String> choices = fewshot.choice() == null ? null : choices(fewshot.choice(), example);
            if (multipleInput) {
                question = choices.get(Math.toIntExact((Long) question));
                choices = null;
            }
            String prefix = prefix(fewshot.prefix(), example);
            String questionText = placed(string(question, "doc_to_text"), example);
            String answerText = string(choices != null && answer instanceof Long index ? choices.get(Math.toIntExact(index)) : answer, "doc_to_target");
            if (answerText.isEmpty()) {
                prompt.append(questionText);
                continue;
            }
            boolean prefixed = prefix != null && !prefix.isEmpty();
            prompt.append(questionText)
                    .append(!prefixed || needsDelimiter(questionText, prefix) ? fewshot.targetDelimiter() : "")
                    .append(prefixed ? delimited(prefix, answerText) : answerText)
                    .append(fewshot.exampleDelimiter());
        }
        return prompt.toString();
    }

    private String description(Map<String, Object> document) {
        return task.description() == null ? "" : string(task.description().of(document, columns), "description");
    }

    private String prefix(DocumentField field, Map<String, Object> document) {
        return field == null ? null : string(field.of(document, columns), "gen_prefix");
    }

    private static boolean needsDelimiter(String prefix, String suffix) {
        return !prefix.isEmpty()
                && !suffix.isEmpty()
                && !PythonText.isSpace(prefix.codePointBefore(prefix.length()))
                && !PythonText.isSpace(suffix.codePointAt(0));
    }

    private static String delimited(String prefix, String suffix) {
        return prefix + (needsDelimiter(prefix, suffix) ? " " : "") + suffix;
    }

    /** The question: a text, or for multiple inputs a number. */
    Object question(Map<String, Object> document) {
        return text(task.text(), document);
    }

    private Object text(DocumentField field, Map<String, Object> document) {
        if (field instanceof DocumentField.Text template && !template.isColumn(columns)) {
            String rendered = template.rendered(document);
            return task.choice() != null && PythonText.isDigits(rendered) ? (Object) Long.valueOf(rendered) : rendered;
        }
        return field.of(document, columns);
    }

    /** The right answer: a choice's number, a text, or a list of either. */
    Object target(Map<String, Object> document) {
        return target(task.target(), document);
    }

    private Object target(DocumentField field, Map<String, Object> document) {
        if (!(field instanceof DocumentField.Text template) || template.isColumn(columns)) {
            return field.of(document, columns);
        }
        String rendered = template.rendered(document);
        if (task.choice() != null && PythonText.isDigits(rendered)) {
            return Long.valueOf(rendered);
        }
        if (rendered.length() >= 2 && rendered.startsWith("[") && rendered.endsWith("]")) {
            try {
                return PythonLiteral.parse(rendered);
            } catch (TemplateException e) {
                return rendered;
            }
        }
        return rendered;
    }

    List<String> choices(Map<String, Object> document) {
        return choices(task.choice(), document);
    }

    private List<String> choices(DocumentField field, Map<String, Object> document) {
        Object value = field instanceof DocumentField.Text template && !template.isColumn(columns)
                ? template.evaluated(document)
                : field.of(document, columns);
        if (value instanceof String printed) {
            try {
                value = PythonLiteral.parse(printed);
            } catch (TemplateException e) {
                throw BitRankException.badInput("%s: doc_to_choice gives '%s', which is not a list".formatted(task.name(), printed), e);
            }
        }
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw BitRankException.badInput(task.name() + ": doc_to_choice must give a list with at least one choice");
        }
        var choices = new ArrayList<String>(list.size());
        list.forEach(choice -> choices.add(String.valueOf(choice)));
        return choices;
    }

    private String string(Object value, String field) {
        return switch (value) {
            case String text -> text;
            case List<?> several when !several.isEmpty() -> String.valueOf(several.getFirst());
            case Long number -> number.toString();
            case null, default -> throw BitRankException.badInput(
                    "%s: %s gives %s for a document, where a text is needed; check the task and its data".formatted(task.name(), field, value));
        };
    }
}
