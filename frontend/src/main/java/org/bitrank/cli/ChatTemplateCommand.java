package org.bitrank.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.template.JsonValues;
import org.bitrank.engine.tokenizer.ChatTemplate;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.BitRankException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "chat-template",
        description = "A conversation as the model sees it, exactly: no line break is added at the end.",
        footer = {
            "",
            "FILE is a list of messages ({\"role\": …, \"content\": …}), or an object with such a list as \"messages\" and, if wanted,",
            "\"add_generation_prompt\" and \"arguments\" ({\"tools\": […], \"enable_thinking\": false})."
        })
final class ChatTemplateCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, description = "Catalogue id, directory, .gguf file or hf://owner/name.")
    private String model;

    @Option(names = "--messages", required = true, paramLabel = "FILE.json", description = "The conversation.")
    private Path messages;

    @Option(
            names = "--add-generation-prompt",
            negatable = true,
            description = "End with what makes the model answer. Default: what the file says, else yes.")
    private Boolean generationPrompt;

    @Option(names = "--json", description = "Print an object with the text and its token ids instead.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        JsonNode file = read();
        JsonNode list = file.isArray() ? file : file.path("messages");
        if (!list.isArray() || list.isEmpty() || !list.valueStream().allMatch(JsonNode::isObject)) {
            throw BitRankException.badInput(messages + " must hold a list of messages, each an object with role and content");
        }
        boolean prompt = generationPrompt != null ? generationPrompt : file.path("add_generation_prompt").asBoolean(true);
        Map<String, Object> arguments = new HashMap<>();
        file.path("arguments").propertyStream().forEach(entry -> arguments.put(entry.getKey(), JsonValues.of(entry.getValue())));
        try (var checkpoint = Checkpoint.open(ModelCatalog.resolve(model, ConsoleProgress.of(spec.commandLine())))) {
            String text = ChatTemplate.of(checkpoint).render((List<?>) JsonValues.of(list), prompt, arguments);
            var out = spec.commandLine().getOut();
            out.print(json ? withIds(checkpoint, text) + System.lineSeparator() : text);
            out.flush();
        }
        return 0;
    }

    private JsonNode read() throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(messages));
        } catch (JacksonException e) {
            throw BitRankException.badInput(messages + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String withIds(Checkpoint checkpoint, String text) {
        try (var tokenizer = Tokenizer.of(checkpoint)) {
            var answer = JSON.createObjectNode().put("text", text);
            var ids = answer.putArray("ids");
            for (int id : tokenizer.encode(text)) {
                ids.add(id);
            }
            return answer.toString();
        }
    }
}
