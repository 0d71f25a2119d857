package org.bitrank.engine.quantize;

import java.util.List;
import java.util.Optional;
import org.bitrank.engine.NearNames;
import org.bitrank.kernels.BitRankException;

/** Every method there is. */
public final class MethodRegistry {
    private static final List<QuantizationMethod<?>> METHODS = List.of(
            new RoundToNearest(),
            new Gptq(),
            new Awq(),
            new SmoothQuant(),
            new LlmInt8(),
            new QuaRot(),
            new W8a8Mixed(),
            new ILlm(),
            new QVlm(),
            new HalfQuadratic(),
            BlockFloat.nf4(),
            BlockFloat.fp4(),
            new Float8(),
            new MxFloat4(),
            new NvFloat4(),
            new CubeRoot(),
            new TernaryRounding(),
            new InformationCalibration(),
            new FineGranularity(),
            new PbLlm(),
            new BiLlm(),
            new Quip(),
            new DbLlm(),
            new SlimLlm(),
            new Gguf());

    private MethodRegistry() {}

    public static List<QuantizationMethod<?>> all() {
        return METHODS;
    }

    public static List<String> names() {
        return METHODS.stream().<String>map(QuantizationMethod::name).toList();
    }

    public static Optional<QuantizationMethod<?>> find(String name) {
        return METHODS.stream().filter(method -> method.name().equals(name)).findFirst();
    }

    /** Throws {@link BitRankException} of class BAD_INPUT for an unknown name. */
    public static QuantizationMethod<?> get(String name) {
        return find(name)
                .orElseThrow(() -> BitRankException.badInput("method '" + name + "' is " + NearNames.unknown(name, names())));
    }
}
