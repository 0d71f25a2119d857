package org.bitrank.web.words;

import java.util.Map;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.QuantizationMethod;

/** How people write the names of methods: those of publications and short ones are listed here, the rest have their title. */
public final class MethodNames {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("none", "unquantized"),
            Map.entry("awq", "AWQ"),
            Map.entry("billm", "BiLLM"),
            Map.entry("bilm", "BiLM"),
            Map.entry("bitnet", "BitNet"),
            Map.entry("db-llm", "DB-LLM"),
            Map.entry("gguf", "GGUF"),
            Map.entry("gguf-k", "GGUF K-quants"),
            Map.entry("gptq", "GPTQ"),
            Map.entry("i-llm", "I-LLM"),
            Map.entry("ir-qlora", "IR-QLoRA"),
            Map.entry("normal-float", "NormalFloat"),
            Map.entry("omniquant", "OmniQuant"),
            Map.entry("pb-llm", "PB-LLM"),
            Map.entry("qlora", "QLoRA"),
            Map.entry("quip", "QuIP"),
            Map.entry("rtn", "RTN"),
            Map.entry("slim-llm", "SliM-LLM"),
            Map.entry("smoothquant", "SmoothQuant"),
            Map.entry("spinquant", "SpinQuant"),
            Map.entry("trilm", "TriLM"));

    private MethodNames() {}

    public static String of(String method) {
        String usual = NAMES.get(method);
        return usual != null ? usual : MethodRegistry.find(method).map(QuantizationMethod::title).orElse(method);
    }
}
