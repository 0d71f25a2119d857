package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.gguf.GgufBlocks;
import org.bitrank.engine.gguf.GgufType;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;

/** The block types of llama.cpp, chosen as its reference quantizers do: the same bytes as {@code llama-quantize} without an importance matrix. */
final class Gguf implements QuantizationMethod<Gguf.Options> {
    record Options(
            @Option(
                            help = "Kind of block, by llama.cpp's name; it decides bits, groups and symmetry.",
                            defaultValue = "q4_k",
                            choices = {
                                "q2_k", "q3_k", "q4_k", "q5_k", "q6_k", "q4_0", "q4_1", "q5_0", "q5_1", "q8_0", "iq4_nl", "iq4_xs", "tq1_0", "tq2_0"
                            })
                    String type) {
        private GgufType blocks() {
            return GgufType.named(type).orElseThrow();
        }
    }

    @Override
    public String name() {
        return "gguf";
    }

    @Override
    public String title() {
        return "llama.cpp block quantization";
    }

    @Override
    public String summary() {
        return "Rounds runs of 32 or 256 weights to llama.cpp's block types, scales chosen by its own searches; looks at no data.";
    }

    @Override
    public String source() {
        return "ggml-quants.c of https://github.com/ggml-org/llama.cpp";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public String usualFormat() {
        return "gguf";
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return RecipeReader.WEIGHTS.withDefault("group-size", "32");
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema(Options options) {
        GgufType type = options.blocks();
        return weightsSchema()
                .fixed("bits", Integer.toString(type.bits()))
                .fixed("group-size", Integer.toString(type.groupSize()))
                .fixed("symmetric", Boolean.toString(type.minimumBytes() == 0))
                .fixed("scale-type", "float16");
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        var quantized = new ArrayList<QuantizedWeight>();
        for (LayerGroup.Layer layer : group.layers()) {
            GgufType wanted = options.blocks();
            GgufType type = wanted.fitting(layer.columns()).orElseThrow(() -> BitRankException.unsupported(
                    "%s has rows of %d weights, which no block type of GGUF divides; exclude it (scope.exclude)".formatted(layer.name(), layer.columns())));
            if (type != wanted) {
                group.notes().put(layer.name(), "type", "%s: rows of %d are no multiple of the %d that %s needs"
                        .formatted(type.label(), layer.columns(), wanted.blockElements(), wanted.label()));
            }
            quantized.add(GgufBlocks.quantize(type, layer.weights(), layer.rows(), layer.columns()));
        }
        return quantized;
    }
}
