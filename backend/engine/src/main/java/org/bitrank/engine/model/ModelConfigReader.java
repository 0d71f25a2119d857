package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;

/** Reads a config in the spellings of all families: what one calls {@code hidden_size} is another's {@code n_embd}. */
final class ModelConfigReader {
    private static final String[] HIDDEN_SIZE = {"hidden_size", "n_embd", "n_embed"};
    private static final String[] LAYERS = {"num_hidden_layers", "n_layer"};
    private static final String[] HEADS = {"num_attention_heads", "n_head"};
    private static final String[] INTERMEDIATE_SIZE = {"intermediate_size", "ffn_dim", "n_inner"};
    private static final String[] POSITIONS = {"max_position_embeddings", "n_positions", "seq_length"};
    private static final String[] EPSILON = {"rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon"};
    private static final String[] ACTIVATION = {"hidden_act", "activation_function"};

    private final ConfigFields config;
    private final Architecture architecture;

    ModelConfigReader(ConfigFields config) {
        this.config = config;
        this.architecture = Families.of(config);
    }

    ModelConfig read() {
        refuseCrossAttention();
        AttentionParts attention = architecture.attention();
        Architecture.Defaults defaults = architecture.defaults();
        int hiddenSize = config.size(config.firstOf(HIDDEN_SIZE));
        int heads = config.size(config.firstOf(HEADS));
        int keyHeads = attention.order() == AttentionParts.Order.BY_HEAD ? heads : config.size("num_key_value_heads", heads);
        int headSize = headSize(hiddenSize, heads, keyHeads);
        int layers = config.size(config.firstOf(LAYERS));
        int maxPositions = config.size(config.firstOf(POSITIONS), defaults.maxPositions());
        boolean routed = architecture.feedForward().routed();
        int experts = routed ? config.size("num_local_experts", 8) : 0;
        int expertsPerToken = routed ? config.size("num_experts_per_tok", 2) : 0;
        if (expertsPerToken > experts) {
            throw BitRankException.badInput("config.json: " + expertsPerToken + " experts for each token, but there are only " + experts);
        }
        Arrangement arrangement = architecture.arrangement().in(config);
        return new ModelConfig(
                architecture,
                hiddenSize,
                intermediateSize(hiddenSize),
                layers,
                heads,
                keyHeads,
                headSize,
                config.size("vocab_size"),
                maxPositions,
                config.size("word_embed_proj_dim", hiddenSize),
                (float) config.number(config.firstOf(EPSILON), defaults.epsilon()),
                config.flag("layer_norm_elementwise_affine", true),
                arrangement != Arrangement.NORM_AFTER && !config.flag("_remove_final_layer_norm", false),
                config.flag("tie_word_embeddings", defaults.tied()),
                attention.projectionBias().in(config),
                attention.outputBias().in(config),
                architecture.feedForward().bias().in(config),
                arrangement,
                activation(),
                experts,
                expertsPerToken,
                attentionShapes(layers, heads, keyHeads, headSize),
                architecture.positions() instanceof PositionRule.Rotary rule
                        ? RotarySettings.read(config, rule, defaults.rotaryBase(), headSize, maxPositions)
                        : null,
                endTokens(),
                OnlineSteps.of(config.node()),
                null);
    }

    private void refuseCrossAttention() {
        if (config.flag("add_cross_attention", false)) {
            throw BitRankException.unsupported("a decoder with cross attention (add_cross_attention) reads an encoder, which is not supported");
        }
    }

    private int headSize(int hiddenSize, int heads, int keyHeads) {
        if (heads % keyHeads != 0) {
            throw BitRankException.badInput("config.json: " + heads + " attention heads cannot share " + keyHeads + " key heads");
        }
        if (!config.has("head_dim") && hiddenSize % heads != 0) {
            throw BitRankException.badInput("config.json: hidden_size " + hiddenSize + " does not divide by " + heads
                    + " heads, and there is no head_dim");
        }
        return config.size("head_dim", hiddenSize / heads);
    }

    private int intermediateSize(int hiddenSize) {
        String key = config.firstOf(INTERMEDIATE_SIZE);
        // Families whose config need not say it are four times as wide inside.
        return architecture.feedForward().gated() ? config.size(key) : config.size(key, 4 * hiddenSize);
    }

    private Activation activation() {
        String name = config.text(config.firstOf(ACTIVATION), architecture.defaults().activation());
        Activation activation = activation(name);
        boolean gated = architecture.feedForward().gated();
        if (activation == null || gated && activation != Activation.SILU) {
            throw BitRankException.unsupported("activation '%s' is not supported for model type %s; %s".formatted(
                    name, architecture.modelType(), gated ? "only silu is" : "supported are relu, gelu, gelu_new, quick_gelu, silu"));
        }
        return activation;
    }

    /** By the name that transformers has for it; null for one that is not here. */
    static Activation activation(String name) {
        return switch (name) {
            case "silu", "swish" -> Activation.SILU;
            case "relu" -> Activation.RELU;
            case "gelu", "gelu_python" -> Activation.GELU;
            case "gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast" -> Activation.GELU_TANH;
            case "quick_gelu" -> Activation.QUICK_GELU;
            default -> null;
        };
    }

    private List<AttentionShape> attentionShapes(int layers, int heads, int keyHeads, int headSize) {
        float[] slopes = architecture.positions() instanceof PositionRule.LinearBias bias ? bias.slopes(heads) : null;
        double scale = config.flag("scale_attn_weights", true) ? 1 / Math.sqrt(headSize) : 1;
        boolean scaledByLayer = config.flag("scale_attn_by_inverse_layer_idx", false);
        var windows = new WindowSettings(config, architecture.attention().window(), layers);
        var shapes = new ArrayList<AttentionShape>(layers);
        for (int layer = 0; layer < layers; layer++) {
            float layerScale = (float) (scaledByLayer ? scale / (layer + 1) : scale);
            shapes.add(new AttentionShape(heads, keyHeads, headSize, layerScale, windows.of(layer), slopes));
        }
        return List.copyOf(shapes);
    }

    private List<Integer> endTokens() {
        var tokens = new ArrayList<Integer>();
        for (JsonNode token : config.list("eos_token_id")) {
            if (token.isIntegralNumber()) {
                tokens.add(token.intValue());
            }
        }
        return List.copyOf(tokens);
    }
}
