package org.bitrank.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;

class ConversationTest {
    /** As llava-hf's repositories write theirs: all pictures first, then the words. */
    private static final String OF_PARTS =
            """
            {% for message in messages %}{{ message['role'].upper() + ': ' }}\
            {% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>\\n' }}{% endfor %}\
            {% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' ' }}{% endfor %}\
            {% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}""";

    /** In the order of the parts. */
    private static final String IN_ORDER =
            """
            {{ bos_token }}{% for m in messages %}[{{ m.role }}]{% for c in m.content %}{% if c.type == 'image' %}{{ '<image>\\n' }}{% else %}{{ c.text }}{% endif %}\
            {% endfor %}{% endfor %}[assistant]""";

    private static final String OF_TEXT = "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] | trim }}{% endfor %}<|assistant|>";

    private static final String WITHOUT_PICTURES = "{% for m in messages %}{{ m['role'] }}: {% for c in m['content'] %}{{ c['text'] }}{% endfor %}{% endfor %}";

    private static String prompt(String template, String system, String question) {
        return Conversation.of(ChatTemplate.of(template, Map.of("bos_token", "<s>")), system).prompt("", question);
    }

    @Test
    void picturesBecomePartsWhereTheTemplateTakesParts() {
        assertThat(prompt(OF_PARTS, null, "<image>\nWhat?")).isEqualTo("USER: <image>\nWhat? ASSISTANT:");
        assertThat(prompt(OF_PARTS, null, "<image> <image>\nSame?")).isEqualTo("USER: <image>\n<image>\nSame? ASSISTANT:");
        assertThat(prompt(OF_PARTS, "Be brief.", "Why?")).isEqualTo("SYSTEM: Be brief. USER: Why? ASSISTANT:");
    }

    @Test
    void picturesInTheMidstOfWordsStayThereWhereTheTemplateLetsThem() {
        assertThat(prompt(IN_ORDER, null, "Is <image> like <image>?")).isEqualTo("<s>[user]Is <image>\n like <image>\n?[assistant]");
    }

    @Test
    void templatesForTextAreGivenText() {
        assertThat(prompt(OF_TEXT, null, "<image>\nWhat?")).isEqualTo("<|user|><image>\nWhat?<|assistant|>");
        assertThat(prompt(OF_TEXT, "Be brief.", "a")).isEqualTo("<|system|>Be brief.<|user|>a<|assistant|>");
    }

    @Test
    void aDescriptionFollowsTheWordsBeforeEverything() {
        Conversation conversation = Conversation.of(ChatTemplate.of(OF_TEXT, Map.of()), "Be brief.");
        assertThat(conversation.prompt("About dogs.", "Why?")).isEqualTo("<|system|>Be brief.\n\nAbout dogs.<|user|>Why?<|assistant|>");
    }

    @Test
    void aTemplateThatLosesPicturesIsRefused() {
        assertThat(prompt(WITHOUT_PICTURES, null, "a")).isEqualTo("user: a");
        assertThatThrownBy(() -> prompt(WITHOUT_PICTURES, null, "<image>\na"))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("name a conversation in its place (vicuna_v1, llava_llama_3");
    }

    /** What llava/conversation.py gives for one question. */
    @Test
    void knowsTheConversationsOfTheLlavaCode() {
        assertThat(named("vicuna_v1")).isEqualTo("A chat between a curious user and an artificial intelligence assistant. "
                + "The assistant gives helpful, detailed, and polite answers to the user's questions. USER: <image>\nWhat? ASSISTANT:");
        assertThat(named("mistral_instruct")).isEqualTo("[INST] <image>\nWhat? [/INST]");
        assertThat(named("qwen_1_5")).isEqualTo("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
                + "<|im_start|>user\n<image>\nWhat?<|im_end|>\n<|im_start|>assistant\n");
        assertThat(named("llava_llama_3")).isEqualTo("<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
                + "You are a helpful language and vision assistant. You are able to understand the visual content that the user provides, "
                + "and assist the user with a variety of tasks using natural language.<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\n<image>\nWhat?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
    }

    private static String named(String name) {
        return Conversation.named(name, null).prompt("", "<image>\nWhat?");
    }

    @Test
    void namesTheKnownOnesToWhoeverAsksForAnother() {
        assertThatThrownBy(() -> Conversation.named("vicuna", null)).hasMessageContaining("known are vicuna_v1, llava_llama_3");
    }
}
