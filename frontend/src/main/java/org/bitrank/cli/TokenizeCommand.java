package org.bitrank.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.BitRankException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

@Command(
        name = "tokenize",
        description = "Token ids of texts.",
        footer = {
            "",
            "FILE has one JSON text, or one object with a field \"text\", a line. A line is answered by a line: ids (nothing added),",
            "ids_special (with what the tokenizer adds by itself), decoded (of ids)."
        })
final class TokenizeCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, description = "Catalogue id, directory, .gguf file or hf://owner/name.")
    private String model;

    @Option(names = "--text-file", required = true, paramLabel = "FILE.jsonl", description = "The texts.")
    private Path texts;

    @Override
    public Integer call() throws IOException {
        var out = spec.commandLine().getOut();
        try (var checkpoint = Checkpoint.open(ModelCatalog.resolve(model, ConsoleProgress.of(spec.commandLine())));
                var tokenizer = Tokenizer.of(checkpoint);
                var lines = Files.newBufferedReader(texts)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    out.println(answer(tokenizer, text(line, number)));
                }
            }
        } catch (MalformedInputException e) {
            throw BitRankException.badInput(texts + " is not UTF-8 text; convert it", e);
        }
        return 0;
    }

    private String text(String line, int number) {
        try {
            JsonNode node = JSON.readTree(line);
            JsonNode text = node.isObject() ? node.path("text") : node;
            if (text.isString()) {
                return text.stringValue();
            }
        } catch (JacksonException e) {
            throw BitRankException.badInput("%s, line %d is not JSON: %s".formatted(texts, number, e.getOriginalMessage()), e);
        }
        throw BitRankException.badInput(
                "%s, line %d must be a JSON text or an object with a text named \"text\"".formatted(texts, number));
    }

    private static String answer(Tokenizer tokenizer, String text) {
        int[] ids = tokenizer.encode(text);
        var answer = JSON.createObjectNode();
        fill(answer.putArray("ids"), ids);
        fill(answer.putArray("ids_special"), tokenizer.encodeWithSpecial(text));
        return answer.put("decoded", tokenizer.decode(ids, false)).toString();
    }

    private static void fill(ArrayNode array, int[] ids) {
        for (int id : ids) {
            array.add(id);
        }
    }
}
