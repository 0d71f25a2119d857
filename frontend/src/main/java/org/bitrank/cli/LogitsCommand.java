package org.bitrank.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.engine.image.PlacedPictures;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.LogitsFile;
import org.bitrank.engine.model.VisionConfig;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.BitRankException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "logits", description = "Writes a model's float32 logits [tokens, vocabulary] for one sequence of token ids, which may show pictures.")
final class LogitsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, paramLabel = "MODEL",
            description = "Catalogue id, directory, .gguf file or hf://owner/name[@revision].")
    private String model;

    @Option(names = "--input-ids", required = true, paramLabel = "FILE.json", description = "A JSON list of token ids, or an object with one as input_ids.")
    private Path inputIds;

    @Option(names = "--image", paramLabel = "FILE", arity = "1..*",
            description = "Pictures for the ids' tokens of pictures, in order; each has one such token, or as many as the model makes of the picture.")
    private List<Path> images = List.of();

    @Option(names = "--image-token", paramLabel = "ID",
            description = "The token of pictures, where neither config.json nor the tokenizer's <image> tells it.")
    private Integer imageToken;

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
            LogitsFile.write(loaded, images.isEmpty() ? unshown(tokens, loaded) : shown(tokens, loaded, checkpoint), output);
        }
        return 0;
    }

    /** A token of pictures without one would be read as a word that no training has taught. */
    private int[] unshown(int[] tokens, CausalLM loaded) {
        if (loaded.pictures() != null) {
            int token = imageToken == null ? loaded.config().vision().imageToken() : imageToken;
            long places = Arrays.stream(tokens).filter(id -> id == token).count();
            if (places > 0) {
                throw BitRankException.badInput("%s has %d tokens of pictures (id %d), and no picture is given; name the pictures with --image".formatted(inputIds, places, token));
            }
        }
        return tokens;
    }

    private int[] shown(int[] tokens, CausalLM loaded, Checkpoint checkpoint) {
        if (loaded.pictures() == null) {
            throw BitRankException.badInput(model + " reads text alone; leave --image out, or name a vision-language model");
        }
        List<ImageSource> sources = images.stream().map(ImageSource::of).toList();
        PictureTokens known = loaded.pictures().tokens();
        return PlacedPictures.expand(tokens, placeholder(tokens, loaded, checkpoint, sources), sources, known);
    }

    /** The configs of the original LLaVA code do not name a token of pictures; the tokenizer may have one, or the ids show it. */
    private int placeholder(int[] tokens, CausalLM loaded, Checkpoint checkpoint, List<ImageSource> sources) {
        if (imageToken != null) {
            return imageToken;
        }
        int told = loaded.config().vision().imageToken();
        if (told != VisionConfig.ORIGINAL_IMAGE_TOKEN || Arrays.stream(tokens).anyMatch(token -> token == told)) {
            return told;
        }
        try (Tokenizer tokenizer = Tokenizer.of(checkpoint)) {
            int[] ids = tokenizer.encode(PictureTokens.PLACEHOLDER);
            return ids.length == 1 ? ids[0] : told;
        } catch (BitRankException none) {
            return PlacedPictures.repeated(tokens, sources, loaded.pictures().tokens()).orElseThrow(() -> BitRankException.badInput("the ids hold no %d, and %s has no tokenizer that knows %s; say which id stands for pictures with --image-token"
                    .formatted(told, model, PictureTokens.PLACEHOLDER)));
        }
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
