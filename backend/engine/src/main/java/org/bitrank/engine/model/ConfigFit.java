package org.bitrank.engine.model;

import java.util.List;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.kernels.BitRankException;

/** Holds a config's blocks and vocabulary against the tensors that are there, before anything of their size is made or read. */
final class ConfigFit {
    private ConfigFit() {}

    static void require(ModelConfig config, WeightSource weights) {
        ModelNames names = config.architecture().names();
        if (!has(weights, names.block(config.layers() - 1))) {
            int there = 0;
            while (there < config.layers() && has(weights, names.block(there))) {
                there++;
            }
            throw BitRankException.badInput(("config.json: num_hidden_layers is %d, but tensors are there for %d block%s; correct the number,"
                    + " or get the whole checkpoint").formatted(config.layers(), there, there == 1 ? "" : "s"));
        }
        // Depth is what a shortened config changes without any other sign: the blocks that are left run on, and badly.
        int held = 1 + weights.names().tailSet(names.blocks()).stream()
                .takeWhile(name -> name.startsWith(names.blocks()))
                .mapToInt(name -> blockOf(name, names))
                .max()
                .orElse(-1);
        if (held > config.layers()) {
            throw BitRankException.badInput(("config.json: num_hidden_layers is %d, but the files hold weights of %d blocks (%s); correct the number,"
                    + " or get the config that belongs to these files").formatted(config.layers(), held, names.blocks() + (held - 1)));
        }
        String embedding = names.embedding() + ".weight";
        if (weights.contains(embedding)) {
            List<Integer> shape = weights.info(embedding).shape();
            requireSize("vocab_size", config.vocabularySize(), shape, 0, embedding);
            requireSize(config.embeddingSize() == config.hiddenSize() ? "hidden_size" : "word_embed_proj_dim", config.embeddingSize(), shape, 1, embedding);
        }
    }

    /** The block, from 0 on, that a tensor belongs to; -1 for none. */
    private static int blockOf(String name, ModelNames names) {
        int dot = name.indexOf('.', names.blocks().length());
        String index = dot < 0 ? "" : name.substring(names.blocks().length(), dot);
        return index.matches("\\d{1,6}") ? Integer.parseInt(index) : -1;
    }

    /** Names are sorted: those with a prefix stand together. */
    private static boolean has(WeightSource weights, String prefix) {
        var behind = weights.names().tailSet(prefix);
        return !behind.isEmpty() && behind.first().startsWith(prefix);
    }

    private static void requireSize(String key, int size, List<Integer> shape, int dimension, String tensor) {
        if (shape.size() != 2 || shape.get(dimension) != size) {
            throw BitRankException.badInput("config.json: %s is %d, but tensor %s is %s; one of them belongs to another model"
                    .formatted(key, size, tensor, shape));
        }
    }
}
