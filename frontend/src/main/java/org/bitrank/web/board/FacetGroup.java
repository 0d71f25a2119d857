package org.bitrank.web.board;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.service.leaderboard.BoardView.Facet;
import org.bitrank.service.leaderboard.BoardView.FacetValue;
import org.bitrank.service.result.Provenance;
import org.bitrank.web.words.MethodNames;

/** A facet with its heading. {@code single}: one value at a time, because ranks mean nothing across them. */
record FacetGroup(String name, String heading, boolean single, List<Value> values) {
    record Value(String value, String label, long count, boolean selected) {}

    private static final String PROVENANCE = "provenance";
    private static final Set<String> SINGLE = Set.of("model", "suite", PROVENANCE);
    private static final Map<String, String> HEADINGS = Map.of(
            "model", "Model", "suite", "Task suite", "method", "Method", "bits", "Bits", "group-size", "Group", "symmetric", "Zero point", "towers", "Quantized parts", PROVENANCE, "Where from");
    private static final List<String> ORDER = List.of("model", "suite", "method", "bits", "group-size", "symmetric", "towers", PROVENANCE);

    /** @param unfiltered the facets of the same model, suite and provenance without any other filter: values of no use there are left out */
    static List<FacetGroup> of(List<Facet> facets, List<Facet> unfiltered) {
        return ORDER.stream()
                .flatMap(name -> facets.stream().filter(facet -> facet.name().equals(name)))
                .map(facet -> facet.name().equals(PROVENANCE) ? provenance(facet) : group(facet, useful(facet.name(), unfiltered)))
                .filter(group -> !group.values.isEmpty())
                .toList();
    }

    /** Both always, so that what is looked at is what is shown as chosen, also before the first row was measured. Where no value is chosen, it is one without rows. */
    private static FacetGroup provenance(Facet facet) {
        boolean chosen = facet.values().stream().anyMatch(FacetValue::selected);
        List<Value> values = Stream.of(Provenance.values())
                .map(Provenance::label)
                .map(label -> facet.values().stream()
                        .filter(value -> value.value().equals(label))
                        .findFirst()
                        .map(value -> new Value(label, label, value.count(), value.selected()))
                        .orElse(new Value(label, label, 0, !chosen)))
                .toList();
        return new FacetGroup(PROVENANCE, HEADINGS.get(PROVENANCE), true, values);
    }

    private static FacetGroup group(Facet facet, Set<String> useful) {
        return new FacetGroup(
                facet.name(),
                HEADINGS.get(facet.name()),
                SINGLE.contains(facet.name()),
                facet.values().stream()
                        .filter(value -> value.selected() || useful.contains(value.value()))
                        .map(value -> new Value(value.value(), label(facet.name(), value), value.count(), value.selected()))
                        .toList());
    }

    private static Set<String> useful(String name, List<Facet> unfiltered) {
        return unfiltered.stream().filter(facet -> facet.name().equals(name)).flatMap(facet -> facet.values().stream())
                .filter(value -> value.count() > 0).map(FacetValue::value).collect(Collectors.toSet());
    }

    private static String label(String facet, FacetValue value) {
        return facet.equals("method") ? MethodNames.of(value.value()) : value.label();
    }
}
