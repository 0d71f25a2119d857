package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.engine.template.PythonText;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.BitRankException;

/**
 * Turns the texts of requests into tokens exactly as lm-evaluation-harness 0.4.13 does for causal models: blanks at a
 * context's end go to the continuation, context and continuation are tokenized together and cut apart by count, an empty
 * context is the prefix token, and what is too long loses its beginning. Pictures are {@link PromptPictures}' part.
 */
public final class PairEncoder {
    private final Tokenizer tokenizer;
    private final BosPolicy bos;
    private final int maxLength;
    private final String prefixText;
    private final PromptPictures pictures;

    /** For a model that reads text alone. @param maxLength the most tokens that the model is fed at once */
    public PairEncoder(Tokenizer tokenizer, BosPolicy bos, int maxLength) {
        this(tokenizer, bos, maxLength, null);
    }

    /** @param tokens of the pictures that the model is shown; null where it reads text alone */
    public PairEncoder(Tokenizer tokenizer, BosPolicy bos, int maxLength, PictureTokens tokens) {
        if (bos == BosPolicy.TRUE && tokenizer.bos().isEmpty()) {
            throw BitRankException.badInput("this tokenizer has no BOS token; run without --add-bos true");
        }
        this.tokenizer = tokenizer;
        this.bos = bos;
        this.maxLength = maxLength;
        prefixText = bos == BosPolicy.AUTO ? tokenizer.decode(new int[] {tokenizer.prefixToken()}, false) : null;
        pictures = tokens == null ? null : new PromptPictures(tokenizer, tokens);
    }

    public int maxLength() {
        return maxLength;
    }

    /** A text with the special tokens that the BOS policy asks for. */
    public int[] encode(String text) {
        return switch (bos) {
            case AUTO -> text.startsWith(prefixText) ? tokenizer.encode(text) : tokenizer.encodeWithSpecial(text);
            case FALSE -> tokenizer.encode(text);
            case TRUE -> withBos(tokenizer.encode(text));
        };
    }

    /** The same of a text that shows pictures, whose tokens stand where its placeholders were. */
    private int[] encode(String text, List<ImageSource> images) {
        return images.isEmpty() ? encode(text) : pictures().expand(text, images, this::encode);
    }

    /** The picture among those that the model is shown, with the tokens that it makes of it. */
    public PictureTokens.Picture picture(ImageSource image) {
        return pictures().of(image);
    }

    private PromptPictures pictures() {
        if (pictures == null) {
            throw BitRankException.badInput("this model reads text alone, and the task shows it pictures; evaluate a vision-language model");
        }
        return pictures;
    }

    private int[] withBos(int[] ids) {
        int bosToken = tokenizer.bos().getAsInt();
        if (ids.length > 0 && ids[0] == bosToken) {
            return ids;
        }
        var all = new int[ids.length + 1];
        all[0] = bosToken;
        System.arraycopy(ids, 0, all, 1, ids.length);
        return all;
    }

    /** Before anything is cut off: {@link #fitted} does that. */
    public TokenPair encode(Request.LogLikelihood request) {
        String context = request.context();
        String continuation = request.continuation();
        if (context.isEmpty() && request.images().isEmpty()) {
            return afterPrefix(tokenizer.encode(continuation));
        }
        String kept = PythonText.stripEnd(context, null);
        continuation = context.substring(kept.length()) + continuation;
        int[] whole = encode(kept + continuation, request.images());
        int[] contextIds = encode(kept, request.images());
        int[] continuationIds = Arrays.copyOfRange(whole, Math.min(contextIds.length, whole.length), whole.length);
        if (continuationIds.length == 0) {
            throw BitRankException.badInput("the tokenizer makes no token of the continuation '" + shortened(request.continuation())
                    + "' after '…" + lastPart(kept) + "'; this task cannot be scored with this tokenizer");
        }
        // A context of blanks only has no tokens of its own.
        return contextIds.length == 0 ? afterPrefix(continuationIds) : new TokenPair(contextIds, continuationIds);
    }

    private TokenPair afterPrefix(int[] continuation) {
        int prefix = tokenizer.prefixToken();
        if (continuation.length == 0) {
            throw BitRankException.badInput("an empty text cannot be scored; check the task's documents");
        }
        return continuation[0] == prefix && continuation.length > 1
                ? new TokenPair(new int[] {prefix}, Arrays.copyOfRange(continuation, 1, continuation.length))
                : new TokenPair(new int[] {prefix}, continuation);
    }

    /**
     * The tokens that count for the model: the last {@code maxLength + 1} of context and continuation. All but the last one are
     * fed; the continuation's tokens are predicted at the end.
     */
    public int[] fitted(TokenPair pair) {
        if (pair.continuation().length > maxLength) {
            throw BitRankException.badInput("a continuation of %d tokens is longer than the model's %d; the item cannot be scored by this model"
                    .formatted(pair.continuation().length, maxLength));
        }
        refuseCutPictures(pair.context(), pair.context().length + pair.continuation().length - maxLength - 1);
        return pair.lastTokens(maxLength + 1);
    }

    /** A picture that lost its beginning is no picture. @param dropped tokens that would be cut from the front */
    private void refuseCutPictures(int[] tokens, int dropped) {
        for (int i = 0; i < dropped && i < tokens.length; i++) {
            if (PictureTokens.isPicture(tokens[i])) {
                throw BitRankException.badInput("a prompt of %d tokens, of which its pictures make %d, does not fit into the model's %d and cannot be cut; show fewer or smaller pictures"
                        .formatted(tokens.length, Arrays.stream(tokens).filter(PictureTokens::isPicture).count(), maxLength));
            }
        }
    }

    /** Windows of {@code maxLength} with one token of context; the first is preceded by the prefix token. */
    public List<TokenPair> rolling(String text) {
        int[] tokens = encode(text);
        var windows = new ArrayList<TokenPair>();
        int predicted = Math.min(maxLength, tokens.length);
        if (predicted > 0) {
            windows.add(new TokenPair(new int[] {tokenizer.prefixToken()}, Arrays.copyOf(tokens, predicted)));
        }
        while (predicted < tokens.length) {
            int count = Math.min(tokens.length - predicted, maxLength);
            int end = predicted + count;
            // The model always gets its full length: tokens that were scored already come back as context.
            int from = Math.max(0, end - maxLength - 1);
            windows.add(new TokenPair(
                    Arrays.copyOfRange(tokens, Math.min(from, predicted - 1), predicted), Arrays.copyOfRange(tokens, predicted, end)));
            predicted = end;
        }
        return windows;
    }

    /** The windows of a text, each of the same length; see {@link TokenWindows}. */
    public List<int[]> windows(Request.Windows request) {
        if (request.sequenceLength() > maxLength) {
            throw BitRankException.badInput("windows of %d tokens are longer than the %d that this model was made for; give the task the option sequence_length: append :sequence_length=%d to its name or file"
                    .formatted(request.sequenceLength(), maxLength, maxLength));
        }
        return TokenWindows.cut(encode(request.text()), request.sequenceLength(), request.limit());
    }

    /** A prompt for generation: its last {@code maxLength - maxNewTokens} tokens. */
    public int[] prompt(Request.Generate request) {
        int[] tokens = encode(request.context(), request.images());
        int limit = maxLength - request.settings().maxTokens();
        if (limit < 1) {
            throw BitRankException.badInput("%d new tokens do not fit into the model's %d; the task asks for too many"
                    .formatted(request.settings().maxTokens(), maxLength));
        }
        if (tokens.length == 0) {
            return new int[] {tokenizer.prefixToken()};
        }
        refuseCutPictures(tokens, tokens.length - limit);
        return tokens.length <= limit ? tokens : Arrays.copyOfRange(tokens, tokens.length - limit, tokens.length);
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    private static String lastPart(String text) {
        return text.substring(Math.max(0, text.length() - 40));
    }
}
