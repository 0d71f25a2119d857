package org.bitrank.engine.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bitrank.engine.checkpoint.Checkpoint;
import tools.jackson.databind.node.ObjectNode;

/** The tokenizer of a checkpoint as files for another one. */
public final class TokenizerFiles {
    private TokenizerFiles() {}

    /**
     * The files, by name, that must be written beside weights made from this checkpoint because it has none of them itself:
     * those of a tokenizer that is kept in GGUF metadata. Empty where the checkpoint's own files can be copied, and for GGUF
     * files without a tokenizer.
     */
    public static SortedMap<String, byte[]> missingFrom(Checkpoint checkpoint) {
        var files = new TreeMap<String, byte[]>();
        boolean own = checkpoint.tokenizerJson().isPresent() || checkpoint.file("tokenizer.model").isPresent()
                || checkpoint.file("vocab.json").isPresent();
        Optional<String> told = checkpoint.ggufMetadata().flatMap(metadata -> metadata.string("tokenizer.ggml.model"));
        if (own || told.isEmpty() || told.get().equals(GgufVocabulary.NONE)) {
            return files;
        }
        Map<String, ObjectNode> built = GgufTokenizer.files(checkpoint.ggufMetadata().get().values());
        built.forEach((name, content) -> files.put(name, content.toString().getBytes(StandardCharsets.UTF_8)));
        return files;
    }
}
