package org.bitrank.engine.model;

import java.util.List;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.kernels.Activation;

/**
 * How a language model is shown pictures: a tower reads their tiles, a projector brings what it makes of each patch to the width
 * of the language model, and the tiles' features are put in a row.
 *
 * @param featureLayers which hidden states of the tower are read: 0 those in front of its first block, {@code k} those behind
 *     its {@code k}-th; of several the numbers of a patch are put side by side
 * @param dropsFirst whether the first row of a tile's hidden states, the class token, is left out
 * @param activation between the projector's two layers; null where it has one
 * @param biased whether these have a bias
 * @param merge how the features of a picture's tiles are put in a row
 * @param rounding how a cropped map's rows are counted
 * @param imageToken the id that stands for pictures in ids that are given from outside: the tokenizer's, or -200 for the original
 *     code, whose tokenizers have none
 */
public record VisionConfig(
        TowerConfig tower,
        List<Integer> featureLayers,
        boolean dropsFirst,
        Activation activation,
        boolean biased,
        PatchMerge merge,
        AnyResolution.Rounding rounding,
        int imageToken) {
    /** What the original code has in the place of a token of pictures. */
    public static final int ORIGINAL_IMAGE_TOKEN = -200;

    /** How features of tiles are put in a row. */
    public enum PatchMerge {
        /** Tile by tile. */
        FLAT,
        /** The base view, then the other tiles as one map, row by row. */
        SPATIAL,
        /** The same; the map without what was padding, and at the end of each row a vector that says so. */
        SPATIAL_UNPAD
    }

    /** Rows that the tower makes of a tile and the projector reads. */
    public int rowsOfTile() {
        return tower.tokens() - (dropsFirst ? 1 : 0);
    }

    /** How many of the tower's blocks run. */
    public int blocksRun() {
        return featureLayers.stream().mapToInt(layer -> layer).max().orElse(0);
    }

    /** Inputs of the projector. */
    public int projectorInputs() {
        return featureLayers.size() * tower.blocks().hiddenSize();
    }

    /** The projector's linear layers, in the order they run. */
    public List<String> projectorLinears() {
        return activation == null ? Projector.ONE : Projector.TWO;
    }

    /** The same, by another rule of rounding. */
    public VisionConfig with(AnyResolution.Rounding otherRounding) {
        return new VisionConfig(tower, featureLayers, dropsFirst, activation, biased, merge, otherRounding, imageToken);
    }
}
