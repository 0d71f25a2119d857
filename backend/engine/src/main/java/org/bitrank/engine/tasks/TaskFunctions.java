package org.bitrank.engine.tasks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.bitrank.engine.template.PythonText;
import org.bitrank.kernels.BitRankException;

/**
 * The functions that task files name with {@code !function}: in the Python world they are code beside the file, here they are
 * written again, under the name {@code family.function}. Files of lm-evaluation-harness itself say {@code utils.function}; their
 * data set tells the family.
 */
final class TaskFunctions {
    @FunctionalInterface
    interface OfDocument {
        Object apply(Map<String, Object> document);
    }

    /** Prepares, and may leave out, documents; columns that it does not mention stay. */
    @FunctionalInterface
    interface Preparation {
        List<Map<String, Object>> apply(List<Map<String, Object>> documents);
    }

    /** From a document and a model's answers to metrics; one that says nothing about this document is left out. */
    @FunctionalInterface
    interface OfResults {
        Map<String, Score> apply(Map<String, Object> document, List<Response> responses);
    }

    private static final Map<String, OfDocument> OF_DOCUMENT = Map.ofEntries(
            Map.entry("winogrande.doc_to_text", Winogrande::answer),
            Map.entry("winogrande.doc_to_target", Winogrande::continuation),
            Map.entry("winogrande.doc_to_choice", Winogrande::contexts),
            Map.entry("wikitext.detokenize", Wikitext::detokenized),
            Map.entry("c4.detokenize", Wikitext::detokenizedText),
            Map.entry("crows_pairs.doc_to_choice", CrowsPairs::sentences),
            Map.entry("copa.doc_to_text", Copa::question),
            Map.entry("copa.doc_to_target", Copa::answer),
            Map.entry("copa.doc_to_choice", Copa::answers),
            Map.entry("xcopa.doc_to_text_zh", Copa::chineseQuestion),
            Map.entry("xcopa.doc_to_choice", Copa::plainAnswers),
            Map.entry("logiqa.doc_to_text", LogiQa::question),
            Map.entry("logiqa.doc_to_target", LogiQa::answer),
            Map.entry("bbq.doc_to_choice", Bbq::choices),
            Map.entry("bbq.doc_to_target", Bbq::target),
            Map.entry("mmbench.doc_to_text", MmBench::question),
            Map.entry("mmmu.doc_to_text", Mmmu::question),
            Map.entry("mmmu.doc_to_image", Mmmu::pictures),
            Map.entry("scienceqa.doc_to_target", ScienceQa::target));

    private static final Map<String, Preparation> PREPARATIONS = preparations();

    private static final Map<String, OfResults> OF_RESULTS = Map.ofEntries(
            Map.entry("wikitext.process_results", Wikitext::scores),
            Map.entry("c4.process_results", Wikitext::textScores),
            Map.entry("truthfulqa.process_results_mc2", TruthfulQa::massOnTruth),
            Map.entry("crows_pairs.process_results", CrowsPairs::scores),
            Map.entry("bbq.process_results_multiple_choice", Bbq::scores),
            Map.entry("chartqa.process_results", ChartQa::scores),
            Map.entry("mme.process_results", Mme::scores),
            Map.entry("mmbench.process_results", MmBench::scores),
            Map.entry("scienceqa.process_results", ScienceQa::scores),
            Map.entry("pope.process_results", Pope::scores),
            Map.entry("textvqa.process_results", VqaAccuracy::ofTexts),
            Map.entry("vizwiz_vqa.process_results", VqaAccuracy::ofTexts),
            Map.entry("vqav2.process_results", VqaAccuracy::ofMaps),
            Map.entry("mmmu.process_results", Mmmu::scores),
            Map.entry("interleave.process_results", InterleaveBench::scores));

    private static final Map<String, Aggregation> AGGREGATIONS = Map.of(
            "bbq.agg_accuracy_amb", Aggregation.MEAN_WITHOUT_ERROR,
            "bbq.agg_accuracy_disamb", Aggregation.MEAN_WITHOUT_ERROR,
            "bbq.agg_amb_bias_scores", Aggregation.AMBIGUOUS_BIAS,
            "bbq.agg_disamb_bias_scores", Aggregation.BIAS);

    private static final Map<String, UnaryOperator<String>> FILTERS = Map.of("ai2d.leading_letter", LeadingLetter::of);

    /**
     * Where lm-evaluation-harness's own files, whose functions have general names, take their data from. The visual ones are not
     * among them: our functions follow lmms-eval, whose prompts and metrics are others.
     */
    private static final Map<String, String> FAMILIES = Map.ofEntries(
            Map.entry("hellaswag", "hellaswag"),
            Map.entry("winogrande", "winogrande"),
            Map.entry("xwinograd", "winogrande"),
            Map.entry("wikitext_document_level", "wikitext"),
            Map.entry("c4", "c4"),
            Map.entry("truthful_qa", "truthfulqa"),
            Map.entry("crows_pairs_multilingual", "crows_pairs"),
            Map.entry("super_glue/copa", "copa"),
            Map.entry("xcopa", "xcopa"),
            Map.entry("logiqa", "logiqa"),
            Map.entry("bbq", "bbq"),
            Map.entry("bigbench", "bigbench"));

    private static final Map<String, String> OTHER_NAMES = Map.of(
            "wikitext.wikitext_detokenizer", "wikitext.detokenize",
            "c4.c4_detokenizer", "c4.detokenize");

    private final String family;
    private final String where;

    /** @param dataset the task's data set on the hub, or null */
    TaskFunctions(String dataset, String config, String where) {
        String name = dataset == null ? "" : dataset.substring(dataset.lastIndexOf('/') + 1);
        family = FAMILIES.getOrDefault(name + "/" + config, FAMILIES.get(name));
        this.where = where;
    }

    OfDocument ofDocument(String name, String field) {
        return found(OF_DOCUMENT, name, field);
    }

    Preparation preparation(String name, String field) {
        return found(PREPARATIONS, name, field);
    }

    OfResults ofResults(String name, String field) {
        return found(OF_RESULTS, name, field);
    }

    UnaryOperator<String> filter(String name, String field) {
        return found(FILTERS, name, field);
    }

    Aggregation aggregation(String name, String field) {
        return found(AGGREGATIONS, name, field);
    }

    private <T> T found(Map<String, T> functions, String name, String field) {
        T function = functions.get(OTHER_NAMES.getOrDefault(name, name));
        if (function == null && family != null) {
            String own = family + "." + name.substring(name.indexOf('.') + 1);
            function = functions.get(OTHER_NAMES.getOrDefault(own, own));
        }
        if (function == null) {
            throw BitRankException.unsupported("%s: %s names the function '%s', which BitRank does not have (Python code beside a task file is not run); known are %s"
                    .formatted(where, field, name, String.join(", ", new TreeSet<>(functions.keySet()))));
        }
        return function;
    }

    private static Map<String, Preparation> preparations() {
        var preparations = new HashMap<String, Preparation>();
        preparations.put("hellaswag.process_docs", each(HellaSwag::prepared));
        preparations.put("bbq.process_docs", each(Bbq::prepared));
        preparations.put("bbq.process_docs_ambig", only("context_condition", "amb", each(Bbq::prepared)));
        preparations.put("bbq.process_docs_disambig", only("context_condition", "disamb", each(Bbq::prepared)));
        preparations.put("bigbench.filter_multiple_choice", documents -> documents.stream()
                .filter(document -> document.get("multiple_choice_targets") instanceof List<?> list && !list.isEmpty())
                .toList());
        preparations.put("interleave.only_nlvr2", only("sub_task", "NLVR2", documents -> documents));
        CrowsPairs.TYPES.forEach((function, type) ->
                preparations.put("crows_pairs." + function, only("bias_type", type, documents -> documents)));
        return Map.copyOf(preparations);
    }

    private static Preparation each(UnaryOperator<Map<String, Object>> prepare) {
        return documents -> documents.stream().map(prepare).toList();
    }

    private static Preparation only(String column, String start, Preparation then) {
        return documents -> then.apply(documents.stream().filter(document -> text(document, column).startsWith(start)).toList());
    }

    /** The text of a column; a document without it is bad data. */
    static String text(Map<String, Object> document, String column) {
        if (document.get(column) instanceof String text) {
            return text;
        }
        throw BitRankException.badInput("a document has no text in column '" + column + "'; check the data file");
    }

    /** The one generated answer without the blanks around it, as vision-language models hand theirs over. */
    static String answer(List<Response> responses) {
        return PythonText.strip(((Response.Generated) responses.getFirst()).text(), null);
    }

    /** The log-likelihood of one of a model's answers. */
    static double logLikelihood(List<Response> responses, int index) {
        return ((Response.Scored) responses.get(index)).logLikelihood();
    }
}
