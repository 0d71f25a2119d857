package org.bitrank.web.methods;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.bitrank.engine.quantize.MethodFamily;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.QuantizationMethod;

/** The methods of one family, by title. */
record MethodFamilyView(String title, String summary, String anchor, List<MethodView> methods) {
    /** Families without methods are left out. */
    static List<MethodFamilyView> all() {
        return Stream.of(MethodFamily.values()).map(MethodFamilyView::of).filter(family -> !family.methods.isEmpty()).toList();
    }

    private static MethodFamilyView of(MethodFamily family) {
        List<MethodView> methods = MethodRegistry.all().stream()
                .filter(method -> method.family() == family)
                .sorted(Comparator.comparing(QuantizationMethod::title, String.CASE_INSENSITIVE_ORDER))
                .map(MethodView::of)
                .toList();
        return new MethodFamilyView(family.title(), family.summary(), family.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), methods);
    }
}
