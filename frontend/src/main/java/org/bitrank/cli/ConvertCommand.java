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
import org.bitrank.engine.tokenizer.TokenizerFiles;
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
            description = "dense: unquantized safetensors, every tensor that is there decoded; any other that \"formats\" says is written: the same codes"
                    + " in its layout, refused where it cannot hold them.")
    private String format;

    @Option(names = "--output", required = true, paramLabel = "PATH", description = "A directory that does not exist yet.")
    private Path output;

    @Option(names = "--dtype", paramLabel = "TYPE",
            description = "With dense: ${COMPLETION-CANDIDATES}. Left out, unquantized tensors stay as they are and decoded ones get the type that config.json names.")
    private FloatType dtype;

    @Override
    public Integer call() {
        try (Checkpoint checkpoint = Checkpoint.open(ModelCatalog.resolve(model, ConsoleProgress.of(spec.commandLine())))) {
            var converter = new Converter(checkpoint, TokenizerFiles.missingFrom(checkpoint), ConsoleProgress.of(spec.commandLine()));
            StorageFormat target = StorageFormats.writable(format);
            Artifact artifact = target.quantized()
                    ? converter.to(target, output)
                    : converter.toDense(output, dtype == null ? null : dtype.dtype);
            spec.commandLine().getOut().println(artifact.path());
            return 0;
        }
    }
}
