package org.bitrank.engine.quantize;

/** Kinds of methods, as lists of them are divided. */
public enum MethodFamily {
    WEIGHTS("Weights", "Codes for weights; what flows through the model stays as it is."),
    FORMATS("Number formats", "Fixed levels of hardware and file formats, no calibration."),
    VERY_LOW_BITS("Very low bits", "About one to three bits a weight."),
    ACTIVATIONS("Weights and activations", "The inputs of layers are rounded too, while the model runs.");

    private final String title;
    private final String summary;

    MethodFamily(String title, String summary) {
        this.title = title;
        this.summary = summary;
    }

    public String title() {
        return title;
    }

    public String summary() {
        return summary;
    }
}
