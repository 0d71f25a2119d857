package org.bitrank.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.template.JsonValues;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChatTemplateTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "qwen3", "alternating-inst", "turns-with-fallback-system"})
    void rendersAsTransformersDoes(String name) throws IOException {
        ChatTemplate template = template(name);
        for (String line : Files.readAllLines(SharedFiles.path("fixtures/hf/chat/" + name + ".jsonl"))) {
            JsonNode row = JSON.readTree(line);
            List<?> messages = messages(row);
            var arguments = new HashMap<String, Object>();
            row.path("arguments").propertyStream().forEach(entry -> arguments.put(entry.getKey(), JsonValues.of(entry.getValue())));
            boolean prompt = row.get("add_generation_prompt").booleanValue();
            if (row.has("error")) {
                assertThatThrownBy(() -> template.render(messages, prompt, arguments))
                        .isInstanceOf(BitRankException.class)
                        .hasMessageEndingWith(": " + row.get("error").stringValue());
            } else {
                assertThat(template.render(messages, prompt, arguments)).isEqualTo(row.get("text").stringValue());
            }
        }
    }

    @Test
    void rendersTheConversationsOfSmolLm() throws IOException {
        assertConversations(template("smollm2-135m-instruct"));
        Path gguf = SharedFiles.path("models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
        try (var checkpoint = Checkpoint.open(gguf)) {
            assertConversations(ChatTemplate.of(checkpoint));
        }
    }

    private static void assertConversations(ChatTemplate template) throws IOException {
        JsonNode chats = JSON.readTree(Files.readString(SharedFiles.path("golden/smollm2-135m/generation.json"))).get("chat");
        assertThat(chats).isNotEmpty();
        for (JsonNode chat : chats) {
            assertThat(template.render(messages(chat), true, Map.of())).isEqualTo(chat.get("rendered").stringValue());
            assertThat(template.render(messages(chat), false, Map.of()))
                    .isEqualTo(chat.get("rendered_without_generation_prompt").stringValue());
        }
    }

    @Test
    void neverReadsTheWordsOfAMessageAsTemplate() {
        var template = ChatTemplate.of("{% for m in messages %}{{ m.content }}|{{ m['content'] | trim }}{% endfor %}", Map.of());
        String words = "{{ 1 + 1 }} {% for x in messages %}";
        assertThat(template.render(List.of(Map.of("role", "user", "content", words)), false, Map.of()))
                .isEqualTo(words + "|" + words);
    }

    @Test
    void endsEvenWhereATemplateDoesNotWantTo() {
        var endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% set c = a * b %}{% endfor %}{% endfor %}";
        assertThatThrownBy(() -> ChatTemplate.of(endless, Map.of()).render(List.of(), false, Map.of()))
                .isInstanceOf(BitRankException.class);
        assertThatThrownBy(() -> ChatTemplate.of("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", Map.of())
                        .render(List.of(), false, Map.of()))
                .isInstanceOf(BitRankException.class).hasMessageContaining("calls itself without end");
        assertThatThrownBy(() -> ChatTemplate.of("{{ 'x' * 2000000000 }}", Map.of()).render(List.of(), false, Map.of()))
                .isInstanceOf(BitRankException.class);
        assertThatThrownBy(() -> ChatTemplate.of("{{ ((((", Map.of())).isInstanceOf(BitRankException.class);
    }

    private static ChatTemplate template(String name) throws IOException {
        var own = SharedFiles.path("fixtures/hf/chat/own-templates.json");
        JsonNode found = JSON.readTree(Files.readString(own)).path(name);
        if (found.isObject()) {
            return ChatTemplate.of(
                    found.get("template").stringValue(),
                    Map.of("bos_token", found.get("bos_token").stringValue(), "eos_token", found.get("eos_token").stringValue()));
        }
        String folder = name.contains("smollm") ? name : name + "-tokenizer";
        JsonNode config = JSON.readTree(Files.readString(SharedFiles.path("models/" + folder + "/tokenizer_config.json")));
        return ChatTemplate.of(
                config.get("chat_template").stringValue(), Map.of("bos_token", config.path("bos_token").asString("")));
    }

    private static List<?> messages(JsonNode row) {
        return (List<?>) JsonValues.of(row.get("messages"));
    }
}
