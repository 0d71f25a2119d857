package org.bitrank.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.LogitsFile;
import org.bitrank.kernels.BitRankException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "logits", description = "Writes a model's float32 logits [tokens, vocabulary] for one sequence of token ids.")
final class LogitsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, paramLabel = "MODEL",
            description = "Catalogue id, directory, .gguf file or hf://owner/name[@revision].")
    private String model;

    @Option(names = "--input-ids", required = true, paramLabel = "FILE.json", description = "A JSON list of token ids, or an object with one as input_ids.")
    private Path inputIds;

    @Option(names = "--output", required = true, paramLabel = "FILE.safetensors", description = "Where the tensor 'logits' goes.")
    private Path output;

    @Mixin
    private BackendOptions options;

    @Override
    public Integer call() throws IOException {
        int[] tokens = readTokens();
        try (var backend = options.open();
                var checkpoint = Checkpoint.open(ModelCatalog.resolve(model, ConsoleProgress.of(spec.commandLine())));
                var loaded = CausalLM.load(checkpoint, backend)) {
            LogitsFile.write(loaded, tokens, output);
        }
        return 0;
    }

    private int[] readTokens() throws IOException {
        JsonNode list;
        try {
            list = JsonMapper.shared().readTree(Files.readAllBytes(inputIds));
        } catch (JacksonException broken) {
            throw BitRankException.badInput(inputIds + " is not valid JSON: " + broken.getOriginalMessage(), broken);
        }
        if (list.has("input_ids")) {
            list = list.get("input_ids");
        }
        if (!list.isArray()) {
            throw BitRankException.badInput(
                    inputIds + " must hold a JSON list of token ids, such as [1, 42, 7], by itself or as \"input_ids\"");
        }
        var tokens = new int[list.size()];
        for (int i = 0; i < tokens.length; i++) {
            JsonNode token = list.get(i);
            if (!token.isIntegralNumber() || !token.canConvertToInt()) {
                throw BitRankException.badInput(inputIds + ": item " + i + " is no token id: " + token);
            }
            tokens[i] = token.intValue();
        }
        return tokens;
    }
}
