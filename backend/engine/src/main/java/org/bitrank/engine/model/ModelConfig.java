package org.bitrank.engine.model;

import java.util.List;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A decoder-only language model in numbers, read from a Hugging Face {@code config.json} of transformers 4 or 5; of a model that
 * is shown pictures the language model in it, and {@link #vision} beside.
 *
 * @param architecture what its family's blocks are made of
 * @param intermediateSize width of the MLP, of one expert where there are several
 * @param layers number of decoder blocks
 * @param heads query heads
 * @param keyHeads key and value heads; {@code heads} is a multiple
 * @param headSize elements of one head; {@code heads * headSize} need not be {@code hiddenSize}
 * @param maxPositions longest sequence the model was made for
 * @param embeddingSize columns of the embedding table; {@code hiddenSize} but for models that project it
 * @param normGains whether the block's norms have a gain (and bias) at all
 * @param finalNorm whether there is a norm behind the last block
 * @param tiedEmbeddings whether the head is the embedding table
 * @param projectionBias whether queries, keys and values have a bias
 * @param activation of the MLP; of its gate where it has one
 * @param experts that a router chooses among; 0 where there is one MLP for all tokens
 * @param attention for each layer
 * @param rotary null for families that do not turn queries and keys
 * @param endTokens ids that end a generated text
 * @param online what is done while the model runs, beside its layers
 * @param vision how the model is shown pictures, or null where it reads text alone
 */
public record ModelConfig(
        Architecture architecture,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int keyHeads,
        int headSize,
        int vocabularySize,
        int maxPositions,
        int embeddingSize,
        float normEpsilon,
        boolean normGains,
        boolean finalNorm,
        boolean tiedEmbeddings,
        boolean projectionBias,
        boolean outputBias,
        boolean feedForwardBias,
        Arrangement arrangement,
        Activation activation,
        int experts,
        int expertsPerToken,
        List<AttentionShape> attention,
        RotarySettings rotary,
        List<Integer> endTokens,
        OnlineSteps online,
        VisionConfig vision) {
    /** Throws {@link BitRankException}: UNSUPPORTED for what this engine lacks, BAD_INPUT for what makes no sense. */
    public static ModelConfig of(ObjectNode json) {
        var config = new ConfigFields(json, "config.json");
        LlavaConfig llava = LlavaConfig.of(config);
        return llava == null ? new ModelConfigReader(config).read() : new ModelConfigReader(llava.text()).read().with(llava.vision());
    }

    /** The same of a whole checkpoint, whose tensors must be those that its config speaks of: as many blocks, as many words. */
    public static ModelConfig of(Checkpoint checkpoint) {
        ModelConfig config = of(checkpoint.config());
        ConfigFit.require(config, checkpoint.weights());
        return config;
    }

    /** The same, its pictures of any resolution counted by another rule. */
    public ModelConfig with(AnyResolution.Rounding rounding) {
        return vision == null ? this : with(vision.with(rounding));
    }

    /** The same language model, shown pictures in another way, or not at all. */
    ModelConfig with(VisionConfig shown) {
        return new ModelConfig(architecture, hiddenSize, intermediateSize, layers, heads, keyHeads, headSize, vocabularySize, maxPositions,
                embeddingSize, normEpsilon, normGains, finalNorm, tiedEmbeddings, projectionBias, outputBias, feedForwardBias, arrangement,
                activation, experts, expertsPerToken, attention, rotary, endTokens, online, shown);
    }

    public String modelType() {
        return architecture.modelType();
    }

    public int queryWidth() {
        return heads * headSize;
    }

    public int keyWidth() {
        return keyHeads * headSize;
    }

    /** The head's matrix, without {@code .weight}, where it is not the embedding table: {@code lm_head}. */
    public String head() {
        return architecture.names().head();
    }

    /**
     * The linear layers of a block that are quantized, in the order they run and under the names of the checkpoint's tensors
     * without {@code .weight}; those of one group read the same input. A router among experts is not one of them.
     */
    public List<List<String>> linearGroups(int index) {
        return BlockLayout.of(this, index).linearGroups();
    }

    /** Where the channels of a block can be scaled, in the order its parts run. */
    public List<ScaleSite> scaleSites(int index) {
        return BlockLayout.of(this, index).scaleSites();
    }

    /**
     * Whether a token's hidden state depends on nothing but the tokens before it. False with rotary scalings that look at
     * the length of the whole sequence: there a context cannot be run once for continuations of unlike length.
     */
    public boolean sharesPrefixes() {
        return rotary == null || !rotary.scaling().dependsOnLength();
    }
}
