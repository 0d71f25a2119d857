package org.bitrank.engine.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A SentencePiece BPE vocabulary (LLaMA 1 and 2, Mistral) as the tokenizer.json that its publishers made of it: a pair may be
 * merged when the whole is a piece, and the better the whole's score the earlier.
 *
 * @param types as in SentencePiece and GGUF: 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte
 */
record ScoredPieces(List<String> pieces, float[] scores, int[] types) {
    private static final String SPACE_MARK = "▁";

    private record Merge(String left, String right, float score) {}

    ScoredPieces {
        if (scores.length != pieces.size() || types.length != pieces.size()) {
            throw BitRankException.badInput("the vocabulary has %d pieces but %d scores and %d types; the file is damaged"
                    .formatted(pieces.size(), scores.length, types.length));
        }
    }

    /** @param bos the token to put in front of every text, or null */
    ObjectNode tokenizerJson(boolean addSpacePrefix, Integer bos) {
        var json = JsonMapper.shared().createObjectNode().put("version", "1.0");
        json.set("added_tokens", AddedTokens.of(pieces, types));
        var normalizers = json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        if (addSpacePrefix) {
            normalizers.addObject().put("type", "Prepend").put("prepend", SPACE_MARK);
        }
        normalizers.addObject().put("type", "Replace").put("content", SPACE_MARK).putObject("pattern").put("String", " ");
        json.putNull("pre_tokenizer");
        json.set("post_processor", bos == null ? null : bosInFront(pieces.get(bos), bos));
        var decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
        decoders.addObject().put("type", "Replace").put("content", " ").putObject("pattern").put("String", SPACE_MARK);
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        if (addSpacePrefix) {
            decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
        }
        var model = json.putObject("model").put("type", "BPE").put("fuse_unk", true).put("byte_fallback", true);
        for (int i = 0; i < types.length; i++) {
            if (types[i] == AddedTokens.UNKNOWN) {
                model.put("unk_token", pieces.get(i));
            }
        }
        var vocabulary = model.putObject("vocab");
        for (int i = 0; i < pieces.size(); i++) {
            vocabulary.put(pieces.get(i), i);
        }
        var merges = model.putArray("merges");
        for (Merge merge : merges()) {
            merges.addArray().add(merge.left).add(merge.right);
        }
        return json;
    }

    private static ObjectNode bosInFront(String text, int id) {
        var processor = JsonMapper.shared().createObjectNode().put("type", "TemplateProcessing");
        for (String form : List.of("single", "pair")) {
            var parts = processor.putArray(form);
            parts.addObject().putObject("SpecialToken").put("id", text).put("type_id", 0);
            parts.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
            if (form.equals("pair")) {
                parts.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
            }
        }
        var token = processor.putObject("special_tokens").putObject(text).put("id", text);
        token.putArray("ids").add(id);
        token.putArray("tokens").add(text);
        return processor;
    }

    private List<Merge> merges() {
        Map<String, Integer> ids = HashMap.newHashMap(pieces.size());
        for (int i = 0; i < pieces.size(); i++) {
            ids.putIfAbsent(pieces.get(i), i);
        }
        var merges = new ArrayList<Merge>();
        for (int i = 0; i < pieces.size(); i++) {
            String whole = pieces.get(i);
            var splits = new ArrayList<Merge>();
            for (int at = 1; at < whole.length(); at++) {
                String left = whole.substring(0, at);
                String right = whole.substring(at);
                if (ids.containsKey(left) && ids.containsKey(right)) {
                    splits.add(new Merge(left, right, scores[i]));
                }
            }
            splits.sort(Comparator.comparing((Merge split) -> ids.get(split.left)).thenComparing(split -> ids.get(split.right)));
            merges.addAll(splits);
        }
        // A stable sort: pieces of equal score (they exist in converted vocabularies) stay in the order of their ids.
        merges.sort(Comparator.comparing(Merge::score, Comparator.reverseOrder())
                .thenComparing(merge -> merge.left.codePointCount(0, merge.left.length()), Comparator.reverseOrder())
                .thenComparing(merge -> merge.right.codePointCount(0, merge.right.length()), Comparator.reverseOrder()));
        return merges;
    }
}
