package org.bitrank.engine.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bitrank.engine.template.PythonText;
import org.bitrank.kernels.BitRankException;

/** Conversations of the original LLaVA code (llava/conversation.py), by its names for them. */
enum NamedConversation {
    /** LLaVA-1.5 and LLaVA-NeXT on Vicuna. */
    VICUNA_V1(
            "A chat between a curious user and an artificial intelligence assistant. "
                    + "The assistant gives helpful, detailed, and polite answers to the user's questions.",
            "%s USER: %s ASSISTANT:"),
    /** LLaVA-NeXT on LLaMA-3. */
    LLAVA_LLAMA_3(
            "You are a helpful language and vision assistant. You are able to understand the visual content that the user provides, "
                    + "and assist the user with a variety of tasks using natural language.",
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n%s<|eot_id|>"
                    + "<|start_header_id|>user<|end_header_id|>\n\n%s<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"),
    /** LLaVA-NeXT on Mistral; words before everything stand in front of the question. */
    MISTRAL_INSTRUCT("", "[INST] %s%s [/INST]"),
    /** LLaVA-NeXT on Qwen-1.5. */
    QWEN_1_5(
            "You are a helpful assistant.",
            "<|im_start|>system\n%s<|im_end|>\n<|im_start|>user\n%s<|im_end|>\n<|im_start|>assistant\n");

    private final String system;
    private final String form;

    NamedConversation(String system, String form) {
        this.system = system;
        this.form = form;
    }

    static NamedConversation of(String name) {
        return Arrays.stream(values())
                .filter(one -> one.label().equals(name))
                .findFirst()
                .orElseThrow(() -> BitRankException.badInput("there is no conversation '" + name + "'; known are " + names()
                        + ", and true for the model's own chat template"));
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(NamedConversation::label).toList();
    }

    static String names() {
        return String.join(", ", labels());
    }

    private String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String system() {
        return system;
    }

    String prompt(String words, String question) {
        return switch (this) {
            // LLaMA-3's template takes blanks off both ends of a message.
            case LLAVA_LLAMA_3 -> form.formatted(PythonText.strip(words, null), PythonText.strip(question, null));
            case MISTRAL_INSTRUCT -> form.formatted(words.isEmpty() ? "" : "<<SYS>>\n" + words + "\n<</SYS>>\n\n", question);
            case VICUNA_V1, QWEN_1_5 -> form.formatted(words, question);
        };
    }
}
