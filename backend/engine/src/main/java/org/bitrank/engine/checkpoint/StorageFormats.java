package org.bitrank.engine.checkpoint;

import java.util.List;
import org.bitrank.engine.NearNames;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;

/** Every format there is. Commands, recipes and their forms follow from this list. */
public final class StorageFormats {
    /** What a recipe gets whose method does not say otherwise. */
    public static final String USUAL = "compressed-tensors";

    /** What holds every kind of matrix: what a method names as usual whose matrices have no home in a public format. */
    public static final String OWN = BitrankFormat.NAME;

    private static final List<StorageFormat> ALL = List.of(
            new DenseFormat(),
            CompressedTensors.any(),
            CompressedTensors.unpackedIntegers(),
            Gptq.version1(),
            Gptq.version2(),
            new Awq(),
            new Bitsandbytes(),
            new Hqq(),
            new BitNet(),
            new Ternary(TernaryPacking.BASE_3),
            new Ternary(TernaryPacking.TWO_BITS),
            ReadOnlyFormat.TORCHAO,
            ReadOnlyFormat.AUTO_ROUND,
            new BitrankFormat(),
            new GgufFormat());

    private StorageFormats() {}

    public static List<StorageFormat> all() {
        return ALL;
    }

    /** Names of those in which quantized matrices can be written. */
    public static List<String> quantized() {
        return ALL.stream().filter(StorageFormat::quantized).map(StorageFormat::name).toList();
    }

    /** Names of those that can be written. */
    public static List<String> writable() {
        return ALL.stream().filter(StorageFormat::writable).map(StorageFormat::name).toList();
    }

    /** Throws {@link BitRankException} of class UNSUPPORTED for one that cannot be written. */
    public static StorageFormat writable(String name) {
        return ALL.stream()
                .filter(format -> format.name().equals(name) && format.writable())
                .findFirst()
                .orElseThrow(() -> BitRankException.unsupported("the format '%s' cannot be written: it is %s"
                        .formatted(name, NearNames.unknown(name, writable()))));
    }

    /** The refusal of a matrix that a format cannot hold. */
    static BitRankException refused(String format, String module, QuantizedWeight weight, String reason) {
        List<String> able = ALL.stream()
                .filter(other -> other.quantized() && other.refusal(weight).isEmpty())
                .map(StorageFormat::name)
                .toList();
        String remedy = able.isEmpty() ? "no format can" : "formats that can: " + String.join(", ", able);
        return BitRankException.unsupported("%s: the format %s cannot hold it because %s; %s".formatted(module, format, reason, remedy));
    }

    /** The first layout of a format that can hold a matrix, or the refusal. */
    static <L extends WritableLayout> L layoutFor(String format, List<L> layouts, String module, QuantizedWeight weight) {
        return layouts.stream()
                .filter(layout -> layout.refusal(weight).isEmpty())
                .findFirst()
                .orElseThrow(() -> refused(format, module, weight, SafetensorsFormat.refusal(layouts, weight).orElseThrow()));
    }
}
