package org.bitrank.engine.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.NearNames;
import org.bitrank.engine.checkpoint.awq.Awq;
import org.bitrank.engine.checkpoint.bitrank.BitrankFormat;
import org.bitrank.engine.checkpoint.bitsandbytes.Bitsandbytes;
import org.bitrank.engine.checkpoint.compressed.CompressedTensors;
import org.bitrank.engine.checkpoint.gguf.GgufFormat;
import org.bitrank.engine.checkpoint.gptq.Gptq;
import org.bitrank.engine.checkpoint.hqq.Hqq;
import org.bitrank.engine.checkpoint.safetensors.DenseFormat;
import org.bitrank.engine.checkpoint.safetensors.ReadOnlyFormat;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFormat;
import org.bitrank.engine.checkpoint.safetensors.WritableLayout;
import org.bitrank.engine.checkpoint.ternary.BitNet;
import org.bitrank.engine.checkpoint.ternary.Ternary;
import org.bitrank.engine.checkpoint.ternary.TernaryPacking;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

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
        Optional<StorageFormat> named = ALL.stream().filter(format -> format.name().equals(name)).findFirst();
        return named.filter(StorageFormat::writable).orElseThrow(() -> BitRankException.unsupported("the format '%s' cannot be written: it is %s".formatted(
                name, named.isPresent() ? "read only; what can be written is " + String.join(", ", writable()) : NearNames.unknown(name, writable()))));
    }

    /**
     * What is wrong with keeping integers of this kind in a format, known before anything is quantized; empty where they fit. Only
     * of safetensors formats, whose answer does not hang on the sizes of the matrix.
     *
     * @param rows whether a row is one group
     */
    public static Optional<String> problem(String name, AffineGrid grid, boolean rows) {
        GroupedWeight sample = sample(grid, rows);
        return ALL.stream()
                .filter(format -> format.name().equals(name) && format instanceof SafetensorsFormat)
                .findFirst()
                .flatMap(format -> format.refusal(sample).map(reason -> cannot(name, sample, reason)));
    }

    private static GroupedWeight sample(AffineGrid grid, boolean wholeRows) {
        int rows = 32;
        int columns = 64;
        int groupSize = wholeRows ? columns : columns / 2;
        int groups = rows * columns / groupSize;
        var ones = new float[groups];
        Arrays.fill(ones, 1);
        return GroupedWeight.of(rows, columns, grid, new byte[rows * columns], null, groupSize, ones, grid.symmetric() ? null : ones, DType.FLOAT16);
    }

    /** The refusal of a matrix that a format cannot hold. */
    public static BitRankException refused(String format, String module, QuantizedWeight weight, String reason) {
        return BitRankException.unsupported("%s: the format %s".formatted(module, cannot(format, weight, reason)));
    }

    private static String cannot(String format, QuantizedWeight weight, String reason) {
        List<String> able = ALL.stream()
                .filter(other -> other.quantized() && other.refusal(weight).isEmpty())
                .map(StorageFormat::name)
                .toList();
        String remedy = able.isEmpty() ? "no format can" : "formats that can: " + String.join(", ", able);
        return "%s cannot hold it because %s; %s".formatted(format, reason, remedy);
    }

    /** The first layout of a format that can hold a matrix, or the refusal. */
    public static <L extends WritableLayout> L layoutFor(String format, List<L> layouts, String module, QuantizedWeight weight) {
        return layouts.stream()
                .filter(layout -> layout.refusal(weight).isEmpty())
                .findFirst()
                .orElseThrow(() -> refused(format, module, weight, SafetensorsFormat.refusal(layouts, weight).orElseThrow()));
    }
}
