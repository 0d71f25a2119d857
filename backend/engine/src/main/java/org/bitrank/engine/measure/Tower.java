package org.bitrank.engine.measure;

/** The parts of a vision-language model, each of which may be quantized in its own way or left as it is. */
public enum Tower {
    LANGUAGE,
    /** From the features of pictures to the language model's width, with what ends a row of them. */
    PROJECTOR,
    VISION;

    /** @param tensor by the name that the engine gives it, whatever the files call it */
    public static Tower of(String tensor) {
        if (tensor.startsWith("vision_tower.")) {
            return VISION;
        }
        return tensor.startsWith("multi_modal_projector.") || tensor.startsWith("image_newline") ? PROJECTOR : LANGUAGE;
    }

    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
