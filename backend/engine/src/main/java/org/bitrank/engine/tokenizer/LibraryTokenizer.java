package org.bitrank.engine.tokenizer;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/** Hugging Face's own tokenizers, through DJL. */
final class LibraryTokenizer implements Tokenizer {
    static {
        // The library reports its use to its makers unless told not to.
        System.setProperty("OPT_OUT_TRACKING", "true");
        // Where it sees a GPU it would fetch a build for that GPU from the internet; the one in the jar does.
        System.setProperty("RUST_FLAVOR", "cpu");
    }

    // Left to itself the library cuts at 512 tokens and pads.
    private static final Map<String, String> OPTIONS =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    private final HuggingFaceTokenizer library;
    private final SpecialTokens special;
    private final int vocabularySize;
    private final boolean addsBos;

    LibraryTokenizer(TokenizerJson json, SpecialTokens special, String source) {
        this.special = special;
        vocabularySize = json.vocabularySize();
        try {
            library = HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json.content()), OPTIONS);
        } catch (EngineException e) {
            throw new BitRankException(FailureClass.INFRASTRUCTURE, "the tokenizers library cannot be loaded on this machine: "
                    + e.getMessage() + "; check that its folder for native libraries (DJL_CACHE_DIR) can be written", e);
        } catch (IOException | RuntimeException e) {
            throw BitRankException.badInput(
                    source + " is not a tokenizer that the tokenizers library reads: " + e.getMessage(), e);
        }
        int[] empty = encodeWithSpecial("");
        addsBos = special.bos() != null && empty.length > 0 && empty[0] == special.bos();
    }

    @Override
    public int[] encode(String text) {
        return ids(text, false);
    }

    @Override
    public int[] encodeWithSpecial(String text) {
        int[] ids = ids(text, true);
        if (special.addBos() == null || special.bos() == null) {
            return ids;
        }
        // The settings beside a tokenizer.json overrule its post-processor.
        int[] plain = ids(text, false);
        boolean added = ids.length > plain.length && ids[0] == special.bos();
        if (special.addBos() == added) {
            return ids;
        }
        return added ? java.util.Arrays.copyOfRange(ids, 1, ids.length) : prepend(special.bos(), ids);
    }

    @Override
    public String decode(int[] ids, boolean skipSpecial) {
        var wide = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            wide[i] = ids[i];
        }
        return library.decode(wide, skipSpecial);
    }

    @Override
    public boolean addsBos() {
        return addsBos;
    }

    @Override
    public OptionalInt bos() {
        return special.bos() == null ? OptionalInt.empty() : OptionalInt.of(special.bos());
    }

    @Override
    public OptionalInt eos() {
        return special.eos() == null ? OptionalInt.empty() : OptionalInt.of(special.eos());
    }

    @Override
    public Set<Integer> stopTokens() {
        return special.stop();
    }

    @Override
    public int prefixToken() {
        if (special.bos() != null) {
            return special.bos();
        }
        if (special.eos() != null) {
            return special.eos();
        }
        throw BitRankException.badInput(
                "the tokenizer names neither a BOS nor an EOS token, so an empty context cannot be scored; add bos_token or eos_token to tokenizer_config.json");
    }

    @Override
    public int vocabularySize() {
        return vocabularySize;
    }

    @Override
    public void close() {
        library.close();
    }

    /** The ids alone: the library's own class would also make a string and a span for every token of what may be a whole corpus. */
    private int[] ids(String text, boolean withSpecial) {
        long encoding = TokenizersLibrary.LIB.encode(library.getHandle(), text, withSpecial);
        long[] wide;
        try {
            wide = TokenizersLibrary.LIB.getTokenIds(encoding);
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
        var ids = new int[wide.length];
        for (int i = 0; i < wide.length; i++) {
            ids[i] = Math.toIntExact(wide[i]);
        }
        return ids;
    }

    private static int[] prepend(int first, int[] rest) {
        var ids = new int[rest.length + 1];
        ids[0] = first;
        System.arraycopy(rest, 0, ids, 1, rest.length);
        return ids;
    }
}
