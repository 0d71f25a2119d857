package org.bitrank.engine.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.bitrank.engine.checkpoint.gguf.GgufConfig;
import org.bitrank.engine.checkpoint.gguf.GgufFile;
import org.bitrank.engine.checkpoint.gguf.GgufMetadata;
import org.bitrank.engine.checkpoint.gguf.GgufSource;
import org.bitrank.engine.checkpoint.safetensors.ReadOnlyFormat;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsSet;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsSource;
import org.bitrank.engine.checkpoint.ternary.BitNet;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model on disk: its weights mapped into memory, its configuration in Hugging Face's words, its tokenizer files. Weights
 * read from it point into the mapped files and must not be used after {@link #close()}.
 */
public final class Checkpoint implements AutoCloseable {
    private static final String VISION_CONFIG = "vision_config";

    private final Path path;
    private final String format;
    private final ObjectNode config;
    private final WeightSource weights;
    private final TensorNames names;
    private final List<Path> weightFiles;
    private final Runnable closer;
    private final Runnable unloader;
    /** The directory of the tokenizer's files, or null for a GGUF file on its own. */
    private final Path directory;
    private final GgufMetadata metadata;
    private Supplier<List<String>> notes = List::of;
    private String sha256;

    private Checkpoint(Path path, String format, ObjectNode config, WeightSource weights, TensorNames names, List<Path> weightFiles, Runnable closer,
            Runnable unloader, Path directory, GgufMetadata metadata) {
        this.path = path;
        this.format = format;
        this.config = config;
        this.weights = weights;
        this.names = names;
        this.weightFiles = weightFiles;
        this.closer = closer;
        this.unloader = unloader;
        this.directory = directory;
        this.metadata = metadata;
    }

    /**
     * Opens a directory in Hugging Face layout (safetensors, sharded or not; unquantized or in any format of
     * {@link StorageFormats}), a {@code .gguf} file, or a directory whose weights are one {@code .gguf} file.
     */
    public static Checkpoint open(Path directoryOrGguf) {
        if (Files.isDirectory(directoryOrGguf)) {
            return openDirectory(directoryOrGguf);
        }
        if (!Files.exists(directoryOrGguf)) {
            throw BitRankException.dataMissing("there is no model at " + directoryOrGguf);
        }
        if (directoryOrGguf.getFileName().toString().endsWith(".gguf")) {
            return openGguf(directoryOrGguf, null);
        }
        if (ModelFiles.isPickle(directoryOrGguf)) {
            throw ModelFiles.pickleRefused(directoryOrGguf);
        }
        throw BitRankException.badInput(directoryOrGguf + " is neither a directory in Hugging Face layout nor a .gguf file");
    }

    private static Checkpoint openDirectory(Path directory) {
        Optional<SafetensorsSet> safetensors = SafetensorsSet.open(directory);
        if (safetensors.isPresent()) {
            return openSafetensors(directory, safetensors.get());
        }
        List<Path> ggufs = ModelFiles.with(directory, ".gguf");
        if (ggufs.size() == 1) {
            return openGguf(ggufs.getFirst(), directory);
        }
        if (!ggufs.isEmpty()) {
            throw BitRankException.badInput("%s holds %d GGUF files; name one of them".formatted(directory, ggufs.size()));
        }
        for (Path file : ModelFiles.with(directory, "")) {
            if (ModelFiles.isPickle(file)) {
                throw ModelFiles.pickleRefused(file);
            }
        }
        throw BitRankException.badInput("%s holds neither %s nor %s nor a .gguf file".formatted(directory, SafetensorsSet.SINGLE, SafetensorsSet.INDEX));
    }

    private static Checkpoint openSafetensors(Path directory, SafetensorsSet set) {
        try {
            ObjectNode config = ModelFiles.json(directory, ModelFiles.CONFIG)
                    .orElseThrow(() -> BitRankException.badInput(directory + " has no config.json"));
            describeTower(config, directory);
            ConfigSizes.check(config, ModelFiles.CONFIG);
            QuantizationConfig quantization = QuantizationConfig.of(config, directory);
            var source = new SafetensorsSource(set, quantization);
            BitNet.check(config, quantization, source);
            TensorNames names = TensorNames.of(config, source.names());
            var checkpoint = new Checkpoint(directory, format(source, quantization, directory), config,
                    FamilySource.of(config, names, source), names, set.paths(), set::close, set::unload, directory, null);
            checkpoint.notes = () -> CheckpointNotes.of(source, quantization);
            return checkpoint;
        } catch (RuntimeException failure) {
            set.close();
            throw failure;
        }
    }

    /** Configs of the original LLaVA code only name their vision tower; its own config may lie beside. */
    private static void describeTower(ObjectNode config, Path directory) {
        if (config.has("mm_vision_tower") && !config.has(VISION_CONFIG)) {
            ModelFiles.json(directory, ModelFiles.VISION_TOWER_CONFIG).ifPresent(tower -> config.set(VISION_CONFIG, tower));
        }
    }

    /** The format of the quantized matrices; where there are none, the configuration must not claim any. */
    private static String format(SafetensorsSource source, QuantizationConfig quantization, Path directory) {
        var formats = new TreeSet<String>();
        // auto-round keeps its matrices in others' layouts.
        boolean autoRound = quantization.method().equals(ReadOnlyFormat.AUTO_ROUND.name());
        source.matrices().values().forEach(matrix -> formats.add(autoRound ? ReadOnlyFormat.AUTO_ROUND.name() : matrix.layout().format()));
        if (formats.isEmpty() && quantization.present() && !StoredKeyValues.alone(quantization)) {
            throw BitRankException.unsupported("%s is quantized with '%s' (%s), but no tensor is in a known layout; bitrank formats lists them"
                    .formatted(directory, quantization.method(), quantization.node().path("format").asString("no format named")));
        }
        return formats.isEmpty() ? "safetensors" : String.join(" + ", formats);
    }

    private static Checkpoint openGguf(Path file, Path directory) {
        GgufFile gguf = GgufFile.open(file);
        try {
            var source = GgufSource.of(gguf);
            Optional<ObjectNode> beside = directory == null ? Optional.empty() : ModelFiles.json(directory, ModelFiles.CONFIG);
            ObjectNode config = beside.orElseGet(() -> GgufConfig.of(gguf));
            ConfigSizes.check(config, beside.isPresent() ? ModelFiles.CONFIG : file + ", its metadata as config.json");
            return new Checkpoint(directory == null ? file : directory, "gguf", config, source,
                    TensorNames.SAME, List.of(file), gguf::close, gguf::unload, directory, gguf.metadata());
        } catch (RuntimeException failure) {
            gguf.close();
            throw failure;
        }
    }

    public Path path() {
        return path;
    }

    /** {@code safetensors} where nothing is quantized, else a name of {@link StorageFormats}; several joined by a plus. */
    public String format() {
        return format;
    }

    /** {@code config.json}, or the same written from GGUF metadata. A copy: changing it changes nothing. */
    public ObjectNode config() {
        return config.deepCopy();
    }

    public WeightSource weights() {
        return weights;
    }

    /** What the files call, or would call, a tensor that {@link #weights()} gives, or a linear layer: readers of files look for that. */
    public String storedName(String name) {
        return names.stored(name);
    }

    /** What fits all that other tools call a linear layer; empty where they have one name for it. */
    Optional<String> modulePattern(String linear) {
        return names.modulePattern(linear);
    }

    /**
     * How the inputs of a linear layer are to be quantized while the model runs; empty where they stay as they are.
     *
     * @param linear its name without {@code .weight}
     */
    public Optional<ActivationScheme> activations(String linear) {
        return weights.activations(linear);
    }

    /** What had to be decided that the files do not say outright, such as what GPTQ's zero points mean; sentences for people. */
    public List<String> notes() {
        return notes.get();
    }

    /** The files that hold weights, in the order of their names. */
    public List<Path> weightFiles() {
        return weightFiles;
    }

    public Optional<Path> tokenizerJson() {
        return file(ModelFiles.TOKENIZER);
    }

    public Optional<ObjectNode> tokenizerConfig() {
        return directory == null ? Optional.empty() : ModelFiles.json(directory, ModelFiles.TOKENIZER_CONFIG);
    }

    public Optional<String> chatTemplate() {
        Optional<String> beside = directory == null ? Optional.empty() : ModelFiles.chatTemplate(directory);
        return beside.isPresent() || metadata == null ? beside : metadata.string("tokenizer.chat_template");
    }

    /** How pictures are prepared, in the words of transformers; empty for models without pictures and those of the original code. */
    public Optional<ObjectNode> preprocessorConfig() {
        return directory == null
                ? Optional.empty()
                : ModelFiles.json(directory, ModelFiles.PREPROCESSOR).or(() -> ModelFiles.json(directory, ModelFiles.PROCESSOR));
    }

    /** A file that lies beside the weights, such as {@code special_tokens_map.json}. */
    public Optional<Path> file(String name) {
        return directory == null ? Optional.empty() : ModelFiles.file(directory, name);
    }

    /** The metadata of a GGUF file, from which a tokenizer can be built. */
    public Optional<GgufMetadata> ggufMetadata() {
        return Optional.ofNullable(metadata);
    }

    /** SHA-256 of the weight files' bytes in the order of their names: of a single file, the file's own. */
    public synchronized String sha256() {
        if (sha256 == null) {
            sha256 = Checksums.sha256(weightFiles);
        }
        return sha256;
    }

    /**
     * Gives up the memory that what was read of the weight files takes. Weights stay valid; those that are looked at again are
     * fetched again. For those who go through a model once.
     */
    public void unload() {
        unloader.run();
    }

    @Override
    public void close() {
        closer.run();
    }
}
