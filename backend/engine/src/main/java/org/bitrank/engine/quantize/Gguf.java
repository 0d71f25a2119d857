package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.gguf.GgufBlocks;
import org.bitrank.engine.gguf.GgufMix;
import org.bitrank.engine.gguf.GgufType;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeProblem;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;

/** The block types of llama.cpp, chosen as its reference quantizers do: the same bytes as {@code llama-quantize} without an importance matrix. */
final class Gguf implements QuantizationMethod<Gguf.Options> {
    private static final String VALUES = ".self_attn.v_proj.weight";
    private static final String QUERIES = ".self_attn.q_proj.weight";

    record Options(
            @Option(
                            help = "Kind of block, by llama.cpp's name; it decides bits, groups and symmetry. Names that end in _s, _m or _l are"
                                    + " llama-quantize's mixes, in which some layers get more bits.",
                            defaultValue = "q4_k",
                            choices = {
                                "q2_k", "q3_k", "q4_k", "q5_k", "q6_k", "q4_0", "q4_1", "q5_0", "q5_1", "q8_0", "iq4_nl", "iq4_xs", "tq1_0", "tq2_0",
                                "q3_k_s", "q3_k_m", "q3_k_l", "q4_k_s", "q4_k_m", "q5_k_s", "q5_k_m"
                            })
                    String type) {
        private Optional<GgufMix> mix() {
            return GgufMix.named(type);
        }

        /** Of most layers, in a mix. */
        private GgufType blocks() {
            return mix().map(GgufMix::usual).or(() -> GgufType.named(type)).orElseThrow();
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
        return weightsSchema(options.blocks());
    }

    private OptionsSchema<WeightSettings> weightsSchema(GgufType type) {
        return weightsSchema()
                .fixed("bits", Integer.toString(type.bits()))
                .fixed("group-size", Integer.toString(type.groupSize()))
                .fixed("symmetric", Boolean.toString(type.minimumBytes() == 0))
                .fixed("scale-type", "float16");
    }

    @Override
    public String decidedBy(String setting, JsonNode said) {
        String decides = " because options.type decides it";
        if (!setting.equals("bits")) {
            return decides;
        }
        var types = new TreeMap<String, List<String>>();
        schema().fields().getFirst().choices().forEach(name -> GgufType.named(name)
                .ifPresent(type -> types.computeIfAbsent(Integer.toString(type.bits()), _ -> new ArrayList<>()).add(name)));
        List<String> asked = types.get(said.asString());
        return decides + (asked == null
                ? "; types by bits: " + types.entrySet().stream().map(each -> each.getKey() + " " + String.join(", ", each.getValue())).collect(Collectors.joining("; "))
                : "; for %s bits set it to %s".formatted(said.asString(), String.join(" or ", asked)));
    }

    @Override
    public void checkRule(Options options, List<RecipeProblem> problems) {
        if (options.mix().isPresent()) {
            problems.add(new RecipeProblem("options.type", options.type() + " is a mix for a whole model; a rule names one of its types, such as "
                    + options.blocks().label()));
        }
    }

    @Override
    public Map<String, WeightSettings> exceptions(WeightSource model, Collection<String> linears, WeightSettings weights, Options options) {
        var exceptions = new HashMap<String, WeightSettings>();
        options.mix().ifPresent(mix -> {
            List<String> values = model.names().stream().filter(name -> name.endsWith(VALUES)).toList();
            boolean grouped = values.stream().anyMatch(name -> {
                String queries = name.replace(VALUES, QUERIES);
                return model.contains(queries) && model.info(queries).rows() != model.info(name).rows();
            });
            for (String linear : linears) {
                GgufType type = mix.of(linear + ".weight", values.size(), grouped, false);
                if (type != mix.usual()) {
                    exceptions.put(linear, weightsSchema(type).defaults());
                }
            }
        });
        return exceptions;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        var quantized = new ArrayList<QuantizedWeight>();
        for (LayerGroup.Layer layer : group.layers()) {
            GgufType wanted = options.mix().isPresent() ? GgufMix.ofBits(weights.bits()) : options.blocks();
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
