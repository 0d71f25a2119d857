package org.bitrank.engine.checkpoint.compressed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the {@code quantization_config} of compressed-tensors says of each module. */
public record CompressedTensorsConfig(List<Target> targets) {
    public static final CompressedTensorsConfig NONE = new CompressedTensorsConfig(List.of());

    /**
     * @param bits of a weight's code; 0 where it does not say
     * @param asymmetric whether it says of the weights that they are not symmetric, so that they have zero points
     * @param block rows and columns of the blocks that share a scale; null where it does not say
     * @param activations without stored scales; null where inputs stay as they are
     */
    public record Group(int bits, boolean asymmetric, int[] block, ActivationScheme activations) {}

    /** @param pattern a module's name, {@code re:} and a regular expression, or a class of modules */
    record Target(String pattern, Group group) {
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

    public static CompressedTensorsConfig parse(ObjectNode quantization, String where) {
        if (!quantization.path("transform_config").isEmpty()) {
            throw BitRankException.unsupported(where + " needs the transforms of compressed-tensors, which are not applied here");
        }
        var targets = new ArrayList<Target>();
        for (Map.Entry<String, JsonNode> entry : quantization.path("config_groups").properties()) {
            JsonNode group = entry.getValue();
            JsonNode weights = group.path("weights");
            JsonNode block = weights.path("block_structure");
            var read = new Group(
                    weights.path("num_bits").asInt(0),
                    !weights.path("symmetric").asBoolean(true),
                    block.isArray() && block.size() == 2 ? new int[] {block.get(0).asInt(0), block.get(1).asInt(0)} : null,
                    activations(group.path("input_activations"), where));
            for (JsonNode target : group.path("targets")) {
                targets.add(new Target(checked(target.asString(""), where), read));
            }
        }
        return new CompressedTensorsConfig(List.copyOf(targets));
    }

    private static String checked(String pattern, String where) {
        try {
            Pattern.compile(pattern.startsWith("re:") ? pattern.substring(3) : "");
            return pattern;
        } catch (PatternSyntaxException broken) {
            throw BitRankException.badInput("%s: the target '%s' is no regular expression".formatted(where, pattern), broken);
        }
    }

    private static ActivationScheme activations(JsonNode node, String where) {
        if (!node.isObject()) {
            return null;
        }
        String strategy = node.path("strategy").asString("tensor");
        ActivationScheme.Granularity granularity = switch (strategy) {
            case "tensor" -> ActivationScheme.Granularity.TENSOR;
            case "token" -> ActivationScheme.Granularity.TOKEN;
            case "channel" -> ActivationScheme.Granularity.CHANNEL;
            case "group", "tensor_group" -> ActivationScheme.Granularity.GROUP;
            default -> throw BitRankException.unsupported("%s quantizes activations by '%s'; tensor, token, channel and group are known"
                    .formatted(where, strategy));
        };
        // "local" means: scales of groups while running, under one stored for the layer.
        boolean dynamic = node.path("dynamic").asBoolean(false) || node.path("dynamic").asString("").equals("local");
        return new ActivationScheme(
                node.path("type").asString("int").equals("float") ? ActivationScheme.Type.FLOAT : ActivationScheme.Type.INT,
                node.path("num_bits").asInt(8),
                granularity,
                granularity == ActivationScheme.Granularity.GROUP ? node.path("group_size").asInt(0) : 0,
                node.path("symmetric").asBoolean(true),
                dynamic,
                null,
                null);
    }

    /** What is said of a module: its name counts before a pattern, a pattern before its class. */
    public Optional<Group> group(String module) {
        return targets.stream()
                .filter(target -> target.names(module))
                .findFirst()
                .or(() -> targets.stream().filter(target -> target.matches(module)).findFirst())
                .or(() -> targets.stream().filter(Target::isClass).findFirst())
                .map(Target::group);
    }
}
