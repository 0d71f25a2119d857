package org.bitrank.service.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.measure.StoredParts;
import org.bitrank.service.result.RowDetail.BitsOfClass;
import org.bitrank.service.result.RowDetail.PartOfBits;

/** What the weights take: by kind of tensor, by tower, and by what is stored of each quantized weight. */
final class MeasuredBits {
    private final BitAccount account;

    MeasuredBits(BitAccount account) {
        this.account = account;
    }

    List<BitsOfClass> classes() {
        var classes = new ArrayList<BitsOfClass>();
        account.classes().forEach((kind, share) -> classes.add(bits(kind.name().toLowerCase(Locale.ROOT), share)));
        classes.sort((a, b) -> a.name().compareTo(b.name()));
        return classes;
    }

    List<BitsOfClass> towers() {
        var towers = new ArrayList<BitsOfClass>();
        account.towers().forEach((tower, share) -> towers.add(bits(tower.label(), share)));
        return towers;
    }

    private static BitsOfClass bits(String name, BitAccount.Share share) {
        return new BitsOfClass(name, share.tensors(), share.parameters(), share.stored().total(), share.bits());
    }

    /** The towers in which something is quantized, joined by plus signs; null where nothing is. */
    String quantizedTowers() {
        String quantized = account.towers().entrySet().stream()
                .filter(tower -> tower.getValue().quantized() > 0)
                .map(tower -> tower.getKey().label())
                .collect(Collectors.joining(" + "));
        return quantized.isEmpty() ? null : quantized;
    }

    List<PartOfBits> price() {
        return StoredParts.of(account).stream().map(part -> new PartOfBits(part.name(), part.bytes(), part.bits())).toList();
    }
}
