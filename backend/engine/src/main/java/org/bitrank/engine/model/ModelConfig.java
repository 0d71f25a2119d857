package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A decoder-only language model in numbers, read from a Hugging Face {@code config.json} of transformers 4 or 5.
 *
 * @param intermediateSize width of the MLP
 * @param layers number of decoder blocks
 * @param heads query heads
 * @param keyHeads key and value heads; {@code heads} is a multiple
 * @param headSize elements of one head; {@code heads * headSize} need not be {@code hiddenSize}
 * @param maxPositions longest sequence the model was made for
 * @param tiedEmbeddings whether the head is the embedding table
 * @param headNorms whether every query and key head is RMS-normalised by itself
 * @param windows for each layer: keys a query sees, itself included; 0 means all
 * @param endTokens ids that end a generated text
 * @param online what is done while the model runs, beside its layers
 */
public record ModelConfig(
        String modelType,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int keyHeads,
        int headSize,
        int vocabularySize,
        int maxPositions,
        float normEpsilon,
        boolean tiedEmbeddings,
        boolean queryKeyValueBias,
        boolean outputBias,
        boolean mlpBias,
        boolean headNorms,
        List<Integer> windows,
        List<Integer> endTokens,
        RotarySettings rotary,
        OnlineSteps online) {
    /** Throws {@link BitRankException}: UNSUPPORTED for what this engine lacks, BAD_INPUT for what makes no sense. */
    public static ModelConfig of(ObjectNode json) {
        var config = new ConfigFields(json, "config.json");
        Architecture architecture = Architecture.of(config);
        String activation = config.text("hidden_act", "silu");
        if (!activation.equals("silu") && !activation.equals("swish")) {
            throw BitRankException.unsupported(
                    "activation '" + activation + "' is not supported for model type " + architecture.modelType() + "; only silu is");
        }
        int hiddenSize = config.size("hidden_size");
        int heads = config.size("num_attention_heads");
        int keyHeads = config.size("num_key_value_heads", heads);
        if (heads % keyHeads != 0) {
            throw BitRankException.badInput("config.json: " + heads + " attention heads cannot share " + keyHeads + " key heads");
        }
        if (!config.has("head_dim") && hiddenSize % heads != 0) {
            throw BitRankException.badInput("config.json: hidden_size " + hiddenSize + " does not divide by " + heads
                    + " heads, and there is no head_dim");
        }
        int headSize = config.size("head_dim", hiddenSize / heads);
        if (headSize % 2 != 0) {
            throw BitRankException.badInput("config.json: a head of " + headSize + " elements cannot be rotated in pairs");
        }
        int layers = config.size("num_hidden_layers");
        int maxPositions = config.size("max_position_embeddings", 2048);
        return new ModelConfig(
                architecture.modelType(),
                hiddenSize,
                config.size("intermediate_size"),
                layers,
                heads,
                keyHeads,
                headSize,
                config.size("vocab_size"),
                maxPositions,
                (float) config.number("rms_norm_eps", 1e-6),
                config.flag("tie_word_embeddings", false),
                architecture.queryKeyValueBias().in(config),
                architecture.outputBias().in(config),
                architecture.mlpBias().in(config),
                architecture.headNorms(),
                windows(config, architecture, layers),
                endTokens(config),
                RotarySettings.read(config, headSize, maxPositions),
                OnlineSteps.of(json));
    }

    private static List<Integer> windows(ConfigFields config, Architecture architecture, int layers) {
        return switch (architecture.window()) {
            case NONE -> Collections.nCopies(layers, 0);
            // transformers' own default where the key is absent; null means no window.
            case EVERY_LAYER -> Collections.nCopies(
                    layers, config.mentions("sliding_window") ? config.size("sliding_window", 0) : 4096);
            case CHOSEN_LAYERS -> config.flag("use_sliding_window", false)
                    ? chosenWindows(config, layers)
                    : Collections.nCopies(layers, 0);
        };
    }

    private static List<Integer> chosenWindows(ConfigFields config, int layers) {
        int window = config.size("sliding_window", 0);
        List<JsonNode> types = config.list("layer_types");
        if (!types.isEmpty() && types.size() != layers) {
            throw BitRankException.badInput("config.json: " + types.size() + " layer_types for " + layers + " layers");
        }
        int firstWindowed = (int) config.number("max_window_layers", 28);
        var windows = new ArrayList<Integer>(layers);
        for (int layer = 0; layer < layers; layer++) {
            String type = types.isEmpty()
                    ? (layer >= firstWindowed ? "sliding_attention" : "full_attention")
                    : types.get(layer).asString();
            windows.add(switch (type) {
                case "sliding_attention" -> window;
                case "full_attention" -> 0;
                default -> throw BitRankException.unsupported("layer type '" + type + "' is not supported");
            });
        }
        return List.copyOf(windows);
    }

    private static List<Integer> endTokens(ConfigFields config) {
        var tokens = new ArrayList<Integer>();
        for (JsonNode token : config.list("eos_token_id")) {
            if (token.isIntegralNumber()) {
                tokens.add(token.intValue());
            }
        }
        return List.copyOf(tokens);
    }

    public int queryWidth() {
        return heads * headSize;
    }

    public int keyWidth() {
        return keyHeads * headSize;
    }

    /**
     * The linear layers of a block that are quantized, in the order they run and under the names of the checkpoint's tensors
     * without {@code .weight}; those of one group read the same input.
     */
    public List<List<String>> linearGroups(int index) {
        return DecoderBlock.linearGroups(index);
    }

    /** Where the channels of a block can be scaled, in the order its parts run. */
    public List<ScaleSite> scaleSites(int index) {
        String block = "model.layers." + index + ".";
        List<List<String>> groups = linearGroups(index);
        var sites = new ArrayList<ScaleSite>();
        sites.add(new ScaleSite(ScaleSite.Source.NORM, block + "input_layernorm", first(hiddenSize), groups.get(0), ScaleSite.Measure.ATTENTION));
        if (heads == keyHeads) {
            sites.add(new ScaleSite(
                    ScaleSite.Source.LINEAR, groups.get(0).getLast(), first(keyWidth()), groups.get(1), ScaleSite.Measure.LINEAR));
        }
        sites.add(new ScaleSite(
                ScaleSite.Source.NORM, block + "post_attention_layernorm", first(hiddenSize), groups.get(2), ScaleSite.Measure.FEED_FORWARD));
        sites.add(new ScaleSite(
                ScaleSite.Source.LINEAR, groups.get(2).getLast(), first(intermediateSize), groups.get(3), ScaleSite.Measure.LINEAR));
        return sites;
    }

    private static int[] first(int count) {
        return IntStream.range(0, count).toArray();
    }

    AttentionShape attention(int layer) {
        return new AttentionShape(heads, keyHeads, headSize, (float) (1 / Math.sqrt(headSize)), windows.get(layer));
    }

    /**
     * Whether a token's hidden state depends on nothing but the tokens before it. False with rotary scalings that look at
     * the length of the whole sequence: there a context cannot be run once for continuations of unlike length.
     */
    public boolean sharesPrefixes() {
        return !rotary.scaling().dependsOnLength();
    }
}
