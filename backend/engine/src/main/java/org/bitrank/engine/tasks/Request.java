package org.bitrank.engine.tasks;

import java.util.List;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PictureTokens;

/** What a task wants of a model for one item. */
public sealed interface Request {
    /** A picture for each placeholder of the text, in order; see {@link PictureTokens#PLACEHOLDER}. */
    default List<ImageSource> images() {
        return List.of();
    }

    /** How likely is the continuation after the context, and is it what the model itself would say? */
    record LogLikelihood(String context, String continuation, List<ImageSource> images) implements Request {
        public LogLikelihood {
            images = List.copyOf(images);
        }

        public LogLikelihood(String context, String continuation) {
            this(context, continuation, List.of());
        }

        @Override
        public String toString() {
            return "LogLikelihood[context=" + context + ", continuation=" + continuation + shown(images) + "]";
        }
    }

    /** How likely is the whole text, in windows of the model's length without overlap? */
    record Rolling(String text) implements Request {}

    /** What does the model say after the context? */
    record Generate(String context, GenerationSettings settings, List<ImageSource> images) implements Request {
        public Generate {
            images = List.copyOf(images);
        }

        public Generate(String context, GenerationSettings settings) {
            this(context, settings, List.of());
        }

        @Override
        public String toString() {
            return "Generate[context=" + context + ", settings=" + settings + shown(images) + "]";
        }
    }

    /**
     * How likely is each window of a text that is tokenized in one go and cut from its start, every window run alone, the last
     * incomplete one left out? The convention of the GPTQ papers; see {@link PairEncoder#windows}.
     *
     * @param limit the most windows; 0 for all
     */
    record Windows(String text, int sequenceLength, int limit) implements Request {}

    /** Nothing for a text: a protocol names its requests by their texts, and text alone is called what it was before pictures. */
    private static String shown(List<ImageSource> images) {
        return images.isEmpty() ? "" : ", images=" + images;
    }
}
