package org.bitrank.engine.quantize.recipe;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.engine.measure.Tower;
import org.bitrank.engine.model.ModulePattern;

/** Which linear layers a recipe leaves as they are. */
public record Scope(
        @Option(
                        help = "Linear layers left unquantized: a name (model.layers.0.mlp.down_proj), its last part"
                                + " (down_proj), or a pattern with * (model.layers.0.*)."
                                + " A list of your own takes the place of the default: name lm_head in it to leave the head as it is.",
                        defaultValue = HEAD)
                List<String> exclude,
        @Option(
                        help = "Parts of a vision-language model that are quantized. A model of text alone has its language part only.",
                        defaultValue = "language",
                        choices = {"language", "projector", "vision"})
                List<String> towers) {
    private static final String TOWERS = "towers";
    private static final String HEAD = "lm_head";
    /** Entries that a name has room for. */
    private static final int NAMED = 2;
    private static final List<String> USUAL = List.of(Tower.LANGUAGE.label());

    public Scope {
        exclude = exclude.stream().sorted().distinct().toList();
        towers = Stream.of(Tower.values()).map(Tower::label).filter(towers::contains).toList();
    }

    /** Of the language model. */
    public Scope(List<String> exclude) {
        this(exclude, USUAL);
    }

    /** The parts in the order in which labels name them. */
    public Set<Tower> parts() {
        return Stream.of(Tower.values()).filter(tower -> towers.contains(tower.label()))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Tower.class)));
    }

    /** Whether it speaks of the language model alone, as recipes of models without pictures do. */
    public boolean languageAlone() {
        return towers.equals(USUAL);
    }

    /** What is left or taken other than usual: {@code with head}, {@code without down_proj}. */
    List<String> remarks() {
        var remarks = new ArrayList<String>();
        if (exclude.stream().noneMatch(entry -> matches(entry, HEAD))) {
            remarks.add("with head");
        }
        List<String> others = exclude.stream().filter(entry -> !entry.equals(HEAD)).toList();
        if (!others.isEmpty()) {
            remarks.add(others.size() <= NAMED ? "without " + String.join(", ", others) : "without " + others.size() + " layers or patterns");
        }
        return remarks;
    }

    /** Tells what is wrong with it. */
    void check(List<RecipeProblem> problems) {
        if (towers.isEmpty()) {
            problems.add(new RecipeProblem("scope." + TOWERS, "names no part; name one or more of language, projector, vision"));
        }
    }

    /** Whether the layer of this name, without {@code .weight}, stays as it is. */
    public boolean excludes(String linear) {
        return !towers.contains(Tower.of(linear).label()) || exclude.stream().anyMatch(entry -> matches(entry, linear));
    }

    /** The entry as a whole name, the end of one, or a pattern. */
    public static boolean matches(String entry, String linear) {
        return ModulePattern.matches(entry, linear);
    }
}
