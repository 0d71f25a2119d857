package org.bitrank.web.board;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.engine.NearNames;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.QuantizationMethod;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.catalog.ModelEntry;
import org.bitrank.service.catalog.Suite;
import org.bitrank.service.leaderboard.BoardNames;
import org.bitrank.service.leaderboard.BoardQuery;
import org.bitrank.service.leaderboard.Leaderboard;
import org.springframework.stereotype.Component;

/** What the names in a board's address can mean: what rows have, and what coming rows may have. */
@Component
class KnownNames {
    private final Leaderboard leaderboard;
    private final Catalog catalog;

    KnownNames(Leaderboard leaderboard, Catalog catalog) {
        this.leaderboard = leaderboard;
        this.catalog = catalog;
    }

    /**
     * A name that means nothing here.
     *
     * @param words for a reader who has the choices beside it
     * @param listed the same with all that there is, for a program
     */
    record Unknown(String words, String listed) {}

    /** By parameter. */
    Map<String, Unknown> unknown(BoardAddress address) {
        BoardQuery query = address.query();
        BoardNames names = leaderboard.names();
        var unknown = new TreeMap<String, Unknown>();
        find("model", query.models(), known(names, "model", catalog.models().stream().map(ModelEntry::id)), unknown);
        find("method", query.methods(), known(names, "method", MethodRegistry.all().stream().map(QuantizationMethod::name)), unknown);
        find("suite", query.suites(), known(names, "suite", catalog.suites().stream().map(Suite::id)), unknown);
        find("towers", query.towers(), names.values().get("towers"), unknown);
        find("task", query.tasks(), names.tasks(), unknown);
        if (!BoardNames.columns().contains(query.sort()) && !names.scores().contains(query.sort())) {
            String score = NearNames.nearest(query.sort(), names.scores()).orElse(names.scores().stream().findFirst().orElse("micro_text.perplexity"));
            unknown.put("sort", new Unknown("'" + query.sort() + "' is no column", "'%s' is no column; there are %s, and each score as task.metric, such as %s".formatted(
                    query.sort(), String.join(", ", BoardNames.columns()), score)));
        }
        return unknown;
    }

    private static Set<String> known(BoardNames names, String facet, Stream<String> coming) {
        return Stream.concat(names.values().get(facet).stream(), coming).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void find(String parameter, Collection<String> asked, Set<String> known, Map<String, Unknown> unknown) {
        asked.stream().filter(word -> !known.contains(word)).sorted().findFirst().ifPresent(word -> unknown.put(parameter, new Unknown(
                "'%s' is unknown here%s".formatted(word, NearNames.nearest(word, known).map(near -> "; did you mean " + near + "?").orElse("")),
                "'%s' is %s".formatted(word, known.isEmpty() ? "unknown; no row has any" : NearNames.unknown(word, known)))));
    }
}
