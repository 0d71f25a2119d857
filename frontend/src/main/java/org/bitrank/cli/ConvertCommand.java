package org.bitrank.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bitrank.engine.checkpoint.Artifact;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Converter;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.checkpoint.StorageFormat;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.tokenizer.GgufVocabulary;
import org.bitrank.engine.tokenizer.TokenizerFiles;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "convert", description = "Write a checkpoint in another form.")
final class ConvertCommand implements Callable<Integer> {
    /** Types that unquantized numbers can be written in. */
    private enum FloatType {
        FLOAT32(DType.FLOAT32),
        FLOAT16(DType.FLOAT16),
        BFLOAT16(DType.BFLOAT16);

        private final DType dtype;

        FloatType(DType dtype) {
            this.dtype = dtype;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, paramLabel = "MODEL",
            description = "Catalogue id, directory, .gguf file or hf://owner/name[@revision].")
    private String model;

    @Option(names = "--format", required = true, paramLabel = "FORMAT",
            description = "dense: unquantized safetensors, every tensor that is there decoded; gguf:TYPE, such as gguf:q4_k or gguf:q4_k_m: linear layers in"
                    + " that type of llama.cpp; any other that \"formats\" says is written: the same codes in its layout, refused where it cannot hold them.")
    private String format;

    @Option(names = "--output", required = true, paramLabel = "PATH", description = "A directory that does not exist yet.")
    private Path output;

    @Option(names = "--dtype", paramLabel = "TYPE",
            description = "With dense: ${COMPLETION-CANDIDATES}. Left out, unquantized tensors stay as they are and decoded ones get the type that config.json names."
                    + " With gguf: the type of embedding and head; left out, they stay as they are.")
    private FloatType dtype;

    @Option(names = "--type", paramLabel = "TYPE", description = "With gguf: the same as gguf:TYPE.")
    private String type;

    @Override
    public Integer call() {
        try (Checkpoint checkpoint = Checkpoint.open(ModelCatalog.resolve(model, ConsoleProgress.of(spec.commandLine())))) {
            var converter = new Converter(checkpoint, TokenizerFiles.missingFrom(checkpoint), ConsoleProgress.of(spec.commandLine()));
            Artifact artifact = convert(converter, checkpoint);
            converter.losses().forEach(loss -> spec.commandLine().getErr().println("note: " + loss));
            spec.commandLine().getOut().println(artifact.path());
            return 0;
        }
    }

    private Artifact convert(Converter converter, Checkpoint checkpoint) {
        String[] named = format.split(":", 2);
        boolean gguf = named[0].equals("gguf");
        if (!gguf && (named.length > 1 || type != null)) {
            throw BitRankException.badInput("only gguf takes a type (--format gguf:TYPE)");
        }
        if (gguf && named.length > 1 && type != null && !type.equalsIgnoreCase(named[1])) {
            throw BitRankException.badInput("--format %s and --type %s name two types; leave one out".formatted(format, type));
        }
        DType floats = dtype == null ? null : dtype.dtype;
        if (gguf) {
            return converter.toGguf(output, named.length > 1 ? named[1] : type, floats, () -> GgufVocabulary.of(checkpoint));
        }
        StorageFormat target = StorageFormats.writable(format);
        return target.quantized() ? converter.to(target, output) : converter.toDense(output, floats);
    }
}
