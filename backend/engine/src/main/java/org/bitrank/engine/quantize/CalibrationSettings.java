package org.bitrank.engine.quantize;

/** The text whose activations a method looks at. */
public record CalibrationSettings(
        @Option(
                        help = "wikitext2 (training part, random windows), reference (the embedded corpus) or text:FILE (a"
                                + " UTF-8 file, consecutive windows).",
                        defaultValue = "wikitext2")
                String dataset,
        @Option(help = "Sequences.", defaultValue = "128", minimum = 1, maximum = 65536) int samples,
        @Option(help = "Tokens of a sequence.", defaultValue = "2048", minimum = 8, maximum = 131072) int sequenceLength,
        @Option(
                        help = "Seed of the random windows.",
                        defaultValue = "0",
                        minimum = 0,
                        maximum = 4294967295.0)
                long seed) {}
