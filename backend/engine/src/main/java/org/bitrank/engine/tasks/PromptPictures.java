package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.BitRankException;

/**
 * Puts the tokens of pictures in the places of a prompt's placeholders. Tokenizers that know the placeholder as a token are
 * given the whole prompt, as transformers does; to others the pieces between placeholders are given, as the original LLaVA code
 * does, where only the first piece gets a BOS.
 */
public final class PromptPictures {
    private final Tokenizer tokenizer;
    private final PictureTokens pictures;
    /** The placeholder's own token, or -1. */
    private final int placeholder;

    public PromptPictures(Tokenizer tokenizer, PictureTokens pictures) {
        this.tokenizer = tokenizer;
        this.pictures = pictures;
        int[] ids = tokenizer.encode(PictureTokens.PLACEHOLDER);
        placeholder = ids.length == 1 ? ids[0] : -1;
    }

    /** @param encoder turns a text into tokens, with the special tokens that stand before it */
    public int[] expand(String text, List<ImageSource> images, Function<String, int[]> encoder) {
        String[] pieces = text.split(PictureTokens.PLACEHOLDER, -1);
        if (pieces.length - 1 != images.size()) {
            throw BitRankException.badInput("a prompt has %d placeholders %s and %d pictures; the task must give one for each"
                    .formatted(pieces.length - 1, PictureTokens.PLACEHOLDER, images.size()));
        }
        var ids = IntStream.builder();
        if (placeholder >= 0) {
            var left = new ArrayList<>(images);
            for (int id : encoder.apply(text)) {
                if (id == placeholder) {
                    show(left.removeFirst(), ids);
                } else {
                    ids.add(id);
                }
            }
            return ids.build().toArray();
        }
        IntStream.of(encoder.apply(pieces[0])).forEach(ids::add);
        for (int i = 1; i < pieces.length; i++) {
            show(images.get(i - 1), ids);
            IntStream.of(tokenizer.encode(pieces[i])).forEach(ids::add);
        }
        return ids.build().toArray();
    }

    PictureTokens.Picture of(ImageSource image) {
        return pictures.of(image);
    }

    private void show(ImageSource image, IntStream.Builder ids) {
        IntStream.of(pictures.of(image).ids()).forEach(ids::add);
    }
}
