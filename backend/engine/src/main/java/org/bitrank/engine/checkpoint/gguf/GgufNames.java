package org.bitrank.engine.checkpoint.gguf;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** GGUF's tensor names in Hugging Face's words, and back. */
final class GgufNames {
    private static final Map<String, String> TOP = Map.of(
            "token_embd", "model.embed_tokens",
            "output_norm", "model.norm",
            "output", "lm_head");
    private static final Map<String, String> BLOCK = Map.ofEntries(
            Map.entry("attn_norm", "input_layernorm"),
            Map.entry("ffn_norm", "post_attention_layernorm"),
            Map.entry("attn_q", "self_attn.q_proj"),
            Map.entry("attn_k", "self_attn.k_proj"),
            Map.entry("attn_v", "self_attn.v_proj"),
            Map.entry("attn_output", "self_attn.o_proj"),
            Map.entry("attn_q_norm", "self_attn.q_norm"),
            Map.entry("attn_k_norm", "self_attn.k_norm"),
            Map.entry("ffn_gate", "mlp.gate_proj"),
            Map.entry("ffn_up", "mlp.up_proj"),
            Map.entry("ffn_down", "mlp.down_proj"));
    private static final Map<String, String> OF_TOP = reversed(TOP);
    private static final Map<String, String> OF_BLOCK = reversed(BLOCK);
    private static final Pattern IN_BLOCK = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)");
    private static final Pattern NAME = Pattern.compile("(?:blk\\.(\\d+)\\.)?(\\w+)\\.(weight|bias)");

    private GgufNames() {}

    static Optional<String> huggingFace(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String module = parts.group(1) == null
                ? TOP.get(parts.group(2))
                : BLOCK.containsKey(parts.group(2)) ? "model.layers." + parts.group(1) + "." + BLOCK.get(parts.group(2)) : null;
        return Optional.ofNullable(module).map(known -> known + "." + parts.group(3));
    }

    /** The other way round. */
    static Optional<String> gguf(String name) {
        int dot = name.lastIndexOf('.');
        String kind = name.substring(dot + 1);
        if (dot < 0 || !kind.equals("weight") && !kind.equals("bias")) {
            return Optional.empty();
        }
        String module = name.substring(0, dot);
        Matcher block = IN_BLOCK.matcher(module);
        String known = block.matches()
                ? OF_BLOCK.containsKey(block.group(2)) ? "blk." + block.group(1) + "." + OF_BLOCK.get(block.group(2)) : null
                : OF_TOP.get(module);
        return Optional.ofNullable(known).map(found -> found + "." + kind);
    }

    private static Map<String, String> reversed(Map<String, String> names) {
        return names.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));
    }
}
