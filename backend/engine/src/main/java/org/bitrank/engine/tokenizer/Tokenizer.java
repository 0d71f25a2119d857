package org.bitrank.engine.tokenizer;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.bitrank.engine.checkpoint.Checkpoint;

/**
 * Text to token ids and back. The text of a special token inside a string is that token, as in the standard tools. Safe for
 * use by several threads.
 */
public interface Tokenizer extends AutoCloseable {
    /** The one that comes with a checkpoint: the files beside its weights, or a GGUF file's metadata. */
    static Tokenizer of(Checkpoint checkpoint) {
        boolean files = checkpoint.tokenizerJson().isPresent() || checkpoint.file("tokenizer.model").isPresent()
                || checkpoint.file("vocab.json").isPresent();
        if (!files && checkpoint.ggufMetadata().isPresent()) {
            return ofGguf(checkpoint.ggufMetadata().get().values());
        }
        return of(checkpoint.path());
    }

    /**
     * From a checkpoint's folder: {@code tokenizer.json}, {@code tokenizer.model}, or {@code vocab.json} with
     * {@code merges.txt}; and the settings beside it.
     */
    static Tokenizer of(Path folder) {
        return TokenizerFolder.open(folder);
    }

    /** From the metadata of a GGUF file: key to string, number, boolean or list of these. */
    static Tokenizer ofGguf(Map<String, ?> metadata) {
        return GgufTokenizer.of(metadata);
    }

    /** The ids of the text alone: nothing is added. */
    int[] encode(String text);

    /** With the special tokens that this tokenizer adds by itself, most often a BOS. */
    int[] encodeWithSpecial(String text);

    /** @param skipSpecial leave special tokens out */
    String decode(int[] ids, boolean skipSpecial);

    /** True when {@link #encodeWithSpecial} puts a BOS in front. */
    boolean addsBos();

    OptionalInt bos();

    OptionalInt eos();

    /** Tokens that end generation: EOS and what the checkpoint's generation settings add. */
    Set<Integer> stopTokens();

    /** What stands for an empty context: BOS, or EOS where there is no BOS, as in lm-evaluation-harness. */
    int prefixToken();

    /** Every id is below this. */
    int vocabularySize();

    @Override
    void close();
}
