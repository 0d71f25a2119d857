package org.bitrank.engine.model;

import java.util.List;
import java.util.stream.Collectors;
import org.bitrank.engine.model.Architecture.ArrangementRule;
import org.bitrank.engine.model.Architecture.Defaults;
import org.bitrank.engine.model.AttentionParts.WindowRule;
import org.bitrank.kernels.BitRankException;

/**
 * What sets one family of vision towers apart from another. The blocks of a tower are the decoders', but for attention that sees
 * all patches; what stands in front of them is here.
 *
 * @param blocks as a row of {@link Families}
 * @param patches the layer that reads a patch's pixels
 * @param patchBias whether it has a bias
 * @param classToken the vector that stands before the patches, or null
 * @param firstNorm the norm in front of the first block, or null
 * @param width hidden size where a config is silent, as are the rest
 */
record TowerFamily(
        Architecture blocks, String patches, boolean patchBias, String classToken, String firstNorm,
        int width, int intermediate, int layers, int heads, int imageSize, int patchSize) {
    /** What all names of a tower's tensors begin with. */
    static final String PREFIX = "vision_tower.vision_model.";

    private static final String PATCHES = PREFIX + "embeddings.patch_embedding";

    private static Architecture blocks(String modelType, String className, Defaults defaults) {
        return new Architecture(modelType, className,
                new ModelNames(null, PREFIX + "embeddings.position_embedding", null, null, PREFIX + "encoder.layers.",
                        PREFIX + "post_layernorm", null, null),
                new PositionRule.Learned(0), Norm.Kind.LAYER, ArrangementRule.NORM_BEFORE,
                new AttentionParts("layer_norm1", Families.SEPARATE, null, "self_attn.out_proj",
                        Choice.ALWAYS, Choice.ALWAYS, null, null, WindowRule.NONE),
                FeedForwardParts.plain("layer_norm2", "mlp.fc1", "mlp.fc2", Choice.ALWAYS), defaults);
    }

    /** Radford et al., arXiv 2103.00020. */
    private static final TowerFamily CLIP = new TowerFamily(
            blocks("clip_vision_model", "CLIPVisionModel", new Defaults("quick_gelu", 1e-5, 0, 0, false)),
            PATCHES, false, PREFIX + "embeddings.class_embedding", PREFIX + "pre_layrnorm", 768, 3072, 12, 12, 224, 32);

    /** Zhai et al., arXiv 2303.15343. */
    private static final TowerFamily SIGLIP = new TowerFamily(
            blocks("siglip_vision_model", "SiglipVisionModel", new Defaults("gelu_pytorch_tanh", 1e-6, 0, 0, false)),
            PATCHES, true, null, null, 768, 3072, 12, 12, 224, 16);

    static final List<TowerFamily> ALL = List.of(CLIP, SIGLIP);

    /** The family that a vision config names; CLIP where it names none. */
    static TowerFamily of(ConfigFields config) {
        String modelType = config.text("model_type", CLIP.blocks.modelType());
        return ALL.stream().filter(family -> family.blocks.modelType().equals(modelType)).findFirst()
                .orElseThrow(() -> BitRankException.unsupported("vision tower '" + modelType + "' is not supported; supported are "
                        + ALL.stream().map(family -> family.blocks.modelType()).collect(Collectors.joining(", "))));
    }
}
