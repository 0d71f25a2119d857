package org.bitrank.engine.measure;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.engine.checkpoint.StoredBytes;

/** What the effective bits of quantized weights are made of, in words; parts that store nothing are left out. */
public final class StoredParts {
    private StoredParts() {}

    /**
     * @param name of the part
     * @param bytes in the file
     * @param bits a quantized weight
     */
    public record Part(String name, long bytes, double bits) {}

    public static List<Part> of(BitAccount account) {
        StoredBytes price = account.price();
        return Stream.of(
                        part("codes", price.codes(), account),
                        part("scales", price.scales(), account),
                        part("zero points", price.zeroPoints(), account),
                        part("bitmaps and indices", price.indices(), account),
                        part("permutations and rotations", price.transforms(), account),
                        part("adapters", price.adapters(), account),
                        part("unquantized numbers", price.values(), account),
                        part("shapes and names", price.other(), account))
                .filter(part -> part.bytes > 0)
                .toList();
    }

    private static Part part(String name, long bytes, BitAccount account) {
        return new Part(name, bytes, account.bitsOf(bytes));
    }

    /** {@code 4.000 codes + 0.250 scales + 0.063 zero points}. */
    public static String text(BitAccount account) {
        return of(account).stream().map(part -> String.format(Locale.ROOT, "%.3f %s", part.bits, part.name)).collect(Collectors.joining(" + "));
    }
}
