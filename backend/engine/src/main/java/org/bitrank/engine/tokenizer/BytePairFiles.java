package org.bitrank.engine.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.kernels.BitRankException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * GPT-2's own two files, a vocabulary and a list of merges: what GPT-2 came with and OPT still has in place of a
 * {@code tokenizer.json}.
 */
record BytePairFiles(Path vocabulary, Path merges) {
    /** Where a folder has both, under the hub's names or OpenAI's. */
    static Optional<BytePairFiles> in(Path folder) {
        for (var names : List.of(List.of("vocab.json", "merges.txt"), List.of("encoder.json", "vocab.bpe"))) {
            var files = new BytePairFiles(folder.resolve(names.getFirst()), folder.resolve(names.getLast()));
            if (Files.isRegularFile(files.vocabulary) && Files.isRegularFile(files.merges)) {
                return Optional.of(files);
            }
        }
        return Optional.empty();
    }

    /**
     * The same as a {@code tokenizer.json}.
     *
     * @param special texts that are one token wherever they stand, as far as the vocabulary has them
     */
    ObjectNode tokenizerJson(Set<String> special) throws IOException {
        JsonNode ids = read();
        var json = JsonMapper.shared().createObjectNode().put("version", "1.0");
        var added = json.putArray("added_tokens");
        special.stream().sorted().filter(ids::has).forEach(text -> added.addObject()
                .put("id", ids.get(text).intValue())
                .put("content", text)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true));
        PreTokenizers.GPT2.addTo(json);
        json.set("decoder", PreTokenizers.byteLevel(true));
        var model = json.putObject("model").put("type", "BPE");
        model.set("vocab", ids);
        var pairs = model.putArray("merges");
        for (String line : Files.readAllLines(merges)) {
            if (line.isBlank() || line.startsWith("#version")) {
                continue;
            }
            String[] pair = line.split(" ");
            if (pair.length != 2) {
                throw BitRankException.badInput("'%s' in %s is not a pair; copy the file again from the model's folder".formatted(line, merges));
            }
            pairs.addArray().add(pair[0]).add(pair[1]);
        }
        return json;
    }

    private JsonNode read() throws IOException {
        try {
            JsonNode ids = JsonMapper.shared().readTree(Files.readAllBytes(vocabulary));
            if (!ids.isObject() || !ids.valueStream().allMatch(JsonNode::isInt)) {
                throw BitRankException.badInput(vocabulary + " is no table of tokens and ids; copy it again from the model's folder");
            }
            return ids;
        } catch (JacksonException e) {
            throw BitRankException.badInput(vocabulary + " is not valid JSON: " + Json.problem(e), e);
        }
    }
}
