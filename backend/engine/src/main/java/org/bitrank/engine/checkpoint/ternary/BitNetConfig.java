package org.bitrank.engine.checkpoint.ternary;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.bitrank.engine.checkpoint.QuantizationConfig;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsSource;
import org.bitrank.engine.checkpoint.safetensors.SkippedLayers;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a configuration of BitNet says of its layers, as transformers' {@code BitNetQuantConfig} and {@code integrations/bitnet.py} read it:
 * every {@code nn.Linear} is replaced but those that it leaves out.
 *
 * @param multiplying layers multiply by their scale ({@code linear_class: autobitlinear}) and may hold their weights unpacked
 * @param online weights are rounded to ternary whenever the model runs ({@code quantization_mode: online})
 * @param norm inputs go through an RMS norm of the layer's own before they are rounded ({@code use_rms_norm})
 * @param skipped patterns of layers that stay as they are
 */
record BitNetConfig(boolean multiplying, boolean online, boolean norm, float normEpsilon, List<Pattern> skipped) {
    private static final String MODULES = "modules_to_not_convert";
    /** Families all of whose matrices in blocks are {@code nn.Linear}: no experts, no Conv1D, no towers. */
    private static final Set<String> PLAIN = Set.of("llama", "mistral", "qwen2", "qwen3", "phi3");

    static BitNetConfig of(QuantizationConfig quantization) {
        ObjectNode node = quantization.node();
        return new BitNetConfig(
                one(node, "linear_class", "bitlinear", BitNetLayout.MULTIPLYING).equals(BitNetLayout.MULTIPLYING),
                one(node, "quantization_mode", "offline", "online").equals("online"),
                node.path("use_rms_norm").asBoolean(false),
                (float) node.path("rms_norm_eps").asDouble(1e-6),
                skipped(node.path(MODULES)));
    }

    private static String one(ObjectNode node, String key, String usual, String other) {
        String said = node.path(key).asString(usual);
        if (!said.equals(usual) && !said.equals(other)) {
            throw BitRankException.badInput("config.json: quantization_config.%s is '%s'; BitNet knows %s and %s".formatted(key, said, usual, other));
        }
        return said;
    }

    /** Where there is no list, transformers leaves out the head. */
    private static List<Pattern> skipped(JsonNode list) {
        var patterns = new ArrayList<Pattern>();
        if (list.isMissingNode() || list.isNull()) {
            SkippedLayers.HEADS.forEach(head -> patterns.add(pattern(head)));
        }
        list.forEach(entry -> patterns.add(pattern(entry.asString())));
        return List.copyOf(patterns);
    }

    /** From the name's start up to the end of one of its parts, or its end: transformers' {@code should_convert_module}. */
    private static Pattern pattern(String entry) {
        try {
            return Pattern.compile("(?:%s)(?:(?<=\\.)|(?=\\.|$)).*|.*%s".formatted(entry, Pattern.quote(entry)));
        } catch (PatternSyntaxException malformed) {
            throw BitRankException.badInput("config.json: quantization_config.%s holds '%s', which is neither a name nor a regular expression: %s"
                    .formatted(MODULES, entry, malformed.getDescription()));
        }
    }

    /** Whether transformers makes a layer of BitNet of this one. @param module a linear layer */
    boolean converts(String module) {
        return skipped.stream().noneMatch(pattern -> pattern.matcher(module).matches());
    }

    /** Refuses what is not done here, before anything is read. */
    static void check(ObjectNode config, QuantizationConfig quantization, SafetensorsSource source) {
        if (!quantization.method().equals(BitNet.NAME)) {
            return;
        }
        BitNetConfig own = of(quantization);
        String head = SkippedLayers.HEADS.stream().filter(name -> source.contains(name + ".weight")).findFirst().orElse(SkippedLayers.HEADS.getFirst());
        if (own.converts(head)) {
            throw BitRankException.unsupported(("config.json makes the head a layer of BitNet too (quantization_config.%s does not list %s), which is not done here;"
                    + " list it there, as transformers does where there is no such list").formatted(MODULES, head));
        }
        String type = config.path("model_type").asString("");
        boolean unpacked = source.matrices().values().stream().anyMatch(matrix -> matrix.layout() instanceof BitNetFloats);
        if ((unpacked || own.norm) && !PLAIN.contains(type)) {
            throw BitRankException.unsupported(("BitNet's layers with unpacked weights or norms of their own are read in models of the families %s, and this is '%s';"
                    + " pack its weights (linear_class bitlinear, quantization_mode offline, no use_rms_norm)").formatted(String.join(", ", PLAIN.stream().sorted().toList()), type));
        }
    }
}
