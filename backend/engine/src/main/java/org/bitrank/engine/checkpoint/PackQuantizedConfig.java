package org.bitrank.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The {@code quantization_config} of a checkpoint in compressed-tensors' {@code pack-quantized} format. */
record PackQuantizedConfig(List<Target> targets) {
    private static final String FORMAT = "pack-quantized";

    /** @param pattern a module's name, {@code re:} and a regular expression, or a class of modules */
    record Target(String pattern, int bits) {
        boolean names(String module) {
            return pattern.equals(module);
        }

        /** As Python's {@code re.match}: from the start of the name, not necessarily to its end. */
        boolean matches(String module) {
            return pattern.startsWith("re:") && Pattern.compile(pattern.substring(3)).matcher(module).lookingAt();
        }

        boolean isClass() {
            return pattern.equals("Linear");
        }
    }

    /** Throws {@code BitRankException} of class UNSUPPORTED when the checkpoint is quantized in another way. */
    static PackQuantizedConfig parse(ObjectNode quantization, String where) {
        String method = quantization.path("quant_method").asString("");
        if (!method.equals("compressed-tensors")) {
            throw BitRankException.unsupported(
                    "%s is quantized with '%s'; read are unquantized checkpoints, compressed-tensors %s and GGUF".formatted(where, method, FORMAT));
        }
        if (!quantization.path("transform_config").isEmpty()) {
            throw BitRankException.unsupported(where + " needs the transforms of compressed-tensors, which are not applied here");
        }
        var targets = new ArrayList<Target>();
        for (Map.Entry<String, JsonNode> group : quantization.path("config_groups").properties()) {
            addGroup(targets, group.getValue(), quantization.path("format").asString(""), where);
        }
        if (targets.isEmpty()) {
            throw BitRankException.unsupported("%s: quantization_config has no config_groups that quantize weights (format '%s')"
                    .formatted(where, quantization.path("format").asString("")));
        }
        return new PackQuantizedConfig(targets);
    }

    private static void addGroup(List<Target> targets, JsonNode group, String commonFormat, String where) {
        String format = group.path("format").asString(commonFormat);
        JsonNode weights = group.path("weights");
        int bits = weights.path("num_bits").asInt(0);
        if (!format.equals(FORMAT) || !weights.path("type").asString("int").equals("int") || bits < 1 || bits > 8) {
            throw BitRankException.unsupported("%s is stored as compressed-tensors '%s' (%s, %d bits); %s with integers of 1 to 8 bits can be read"
                    .formatted(where, format, weights.path("type").asString("?"), bits, FORMAT));
        }
        if (group.path("input_activations").isObject()) {
            throw BitRankException.unsupported(where + " quantizes activations as well, which is not supported");
        }
        for (JsonNode target : group.path("targets")) {
            String pattern = target.asString("");
            try {
                Pattern.compile(pattern.startsWith("re:") ? pattern.substring(3) : "");
            } catch (PatternSyntaxException broken) {
                throw BitRankException.badInput("%s: the target '%s' is no regular expression".formatted(where, pattern), broken);
            }
            targets.add(new Target(pattern, bits));
        }
    }

    /** Bits of a module's codes: its name counts before a pattern, a pattern before its class. */
    int bits(String module) {
        Optional<Target> found = targets.stream().filter(target -> target.names(module)).findFirst()
                .or(() -> targets.stream().filter(target -> target.matches(module)).findFirst())
                .or(() -> targets.stream().filter(Target::isClass).findFirst());
        return found.orElseThrow(() -> BitRankException.badInput("no target of quantization_config matches the packed module " + module)).bits();
    }
}
