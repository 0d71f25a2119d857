package org.bitrank.web.rows;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.RowDetail.PartOfBits;
import org.bitrank.web.board.RowName;
import org.bitrank.web.chart.BitsBar;
import org.bitrank.web.words.Figures;

/**
 * What is stored for the quantized weights, part by part.
 *
 * @param words the parts in a sentence, which says so where the name promises much less than the file holds
 * @param size of all parts
 * @param bits a weight, of all parts
 */
record PriceTable(String words, List<Line> parts, String size, String bits, String bar) {
    record Line(String name, String size, String bits, String bar) {}

    /** A name that promises less than this share of what is stored deserves a word. */
    private static final double PROMISE = 0.75;

    static PriceTable of(RowDetail detail) {
        List<PartOfBits> price = detail.price();
        double all = price.stream().mapToDouble(PartOfBits::bits).sum();
        Double nominal = detail.row().bits();
        return new PriceTable(
                words(nominal, price, all),
                price.stream().map(part -> new Line(part.name(), Figures.bytes(part.bytes()), Figures.fixed(part.bits(), 3), BitsBar.draw(part.bits(), null, all))).toList(),
                Figures.bytes(price.stream().mapToLong(PartOfBits::bytes).sum()),
                Figures.fixed(all, 3),
                BitsBar.draw(all, nominal, Math.max(all, nominal == null ? 0 : nominal)));
    }

    /** @param nominal bits in the row's name, or null */
    static String words(Double nominal, List<PartOfBits> price, double all) {
        String parts = price.stream()
                .filter(part -> part.bits() >= 0.005)
                .sorted(Comparator.comparingDouble((PartOfBits part) -> -part.bits()))
                .map(part -> Figures.fixed(part.bits(), 2) + " for " + part.name())
                .collect(Collectors.joining(", "));
        String stored = "The file holds " + Figures.fixed(all, 2) + " bits for each quantized weight: " + parts + ".";
        if (nominal == null || nominal >= PROMISE * all) {
            return stored;
        }
        double codes = price.stream().filter(part -> part.name().equals("codes")).mapToDouble(PartOfBits::bits).sum();
        if (nominal < PROMISE * codes) {
            return stored + " The name says " + RowName.bits(nominal) + ": its codes are stored in more bits than they need.";
        }
        return stored + " The name says " + RowName.bits(nominal) + ": what tells special weights from others, and their scales, is left out of it.";
    }
}
