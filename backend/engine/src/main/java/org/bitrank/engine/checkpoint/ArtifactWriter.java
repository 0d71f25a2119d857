package org.bitrank.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a model as a directory, tensor by tensor: quantized matrices as the format has them, everything else in its own
 * type. The directory appears under its name when {@link #finish} has written all of it; {@link #close()} before that
 * leaves nothing.
 *
 * <pre>{@code
 * try (var writer = ArtifactWriter.begin(output, base, StorageFormats.writable("compressed-tensors"))) {
 *     writer.put("model.layers.0.self_attn.q_proj.weight", quantized);
 *     …                                   // what is not put is copied from the base
 *     Artifact artifact = writer.finish(manifest);
 * }
 * }</pre>
 */
public final class ArtifactWriter implements AutoCloseable {
    public static final String MANIFEST = "bitrank.json";
    private static final String WEIGHT = ".weight";
    /** As transformers: larger files are split. */
    static final long SHARD_BYTES = 4L << 30;

    private final Checkpoint base;
    private final PartialDirectory directory;
    private final Set<String> names = new HashSet<>();
    private final Map<String, ActivationScheme> activations = new HashMap<>();
    private final TensorWriter tensors;
    private final Set<String> added = new HashSet<>();
    private String dtype;
    private long quantizedBytes;
    private long quantizedNumbers;

    private WeightSource model;
    private ObjectNode modelConfig;

    private ArtifactWriter(Checkpoint base, PartialDirectory directory, StorageFormat format, long shardBytes) {
        this.base = base;
        this.model = base.weights();
        this.modelConfig = base.config();
        this.directory = directory;
        this.tensors = format.begin(directory.work(), base, shardBytes);
    }

    /** Refuses an output that exists and is not an empty directory. */
    public static ArtifactWriter begin(Path output, Checkpoint base, StorageFormat format) {
        return begin(output, base, format, SHARD_BYTES);
    }

    static ArtifactWriter begin(Path output, Checkpoint base, StorageFormat format, long shardBytes) {
        refuseInputNorms(base);
        return new ArtifactWriter(base, PartialDirectory.begin(output), format, shardBytes);
    }

    private static void refuseInputNorms(Checkpoint base) {
        for (String name : base.weights().names()) {
            if (name.endsWith(WEIGHT) && base.weights().inputNorm(name.substring(0, name.length() - WEIGHT.length())).isPresent()) {
                throw BitRankException.unsupported(("%s: layers have norms of their own (quantization_config.use_rms_norm), which no format written here can say;"
                        + " evaluate the model as it is, or train it without them").formatted(base.path()));
            }
        }
    }

    /**
     * Says, before the layer's weight is put, how its inputs are to be quantized while the model runs.
     *
     * @return whether the format has words for it; where it has not, nothing is remembered
     */
    public boolean quantizesInputs(String linear, ActivationScheme scheme, QuantizedWeight weight) {
        if (!tensors.says(scheme, weight)) {
            return false;
        }
        activations.put(linear + WEIGHT, scheme);
        return true;
    }

    /** A folder beside the artifact, on the same disk, for files that are gone before {@link #finish}. */
    public Path scratch() {
        return directory.work();
    }

    /** Puts an object of ours into {@code config.json}; UNSUPPORTED where the format's own readers would have to know of it. */
    public void declare(String key, ObjectNode value) {
        modelConfig.set(key, value);
        tensors.model(modelConfig);
    }

    /** Writes a model that was made of the base: what is not put is copied from these tensors. To be called before anything is put. */
    public void write(WeightSource weights, ObjectNode config) {
        this.model = weights;
        this.modelConfig = config.deepCopy();
        tensors.model(modelConfig);
    }

    /** @param name of the tensor, as {@link WeightSource#names()} has it */
    public void put(String name, Weight weight) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("tensor " + name + " was put twice");
        }
        switch (weight) {
            case DenseWeight dense -> tensors.put(name, dense, shape(name, dense));
            case QuantizedWeight quantized -> {
                quantizedBytes += tensors.put(name, quantized, activations.get(name));
                quantizedNumbers += (long) quantized.rows() * quantized.columns();
            }
        }
    }

    private List<Integer> shape(String name, DenseWeight weight) {
        if (!model.contains(name)) {
            return weight.rows() == 1 ? List.of(weight.columns()) : List.of(weight.rows(), weight.columns());
        }
        TensorInfo info = model.info(name);
        if (info.rows() != weight.rows() || info.columns() != weight.columns()) {
            throw new IllegalArgumentException("tensor %s is [%d, %d] in the base, not [%d, %d]"
                    .formatted(name, info.rows(), info.columns(), weight.rows(), weight.columns()));
        }
        return info.shape();
    }

    /** Bits stored so far for each quantized number: codes, scales, zero points, indices and shapes; 0 before there are any. */
    public double effectiveBits() {
        return quantizedNumbers == 0 ? 0 : 8.0 * quantizedBytes / quantizedNumbers;
    }

    /** How the model's tokenizer is told in GGUF's metadata; asked for only by formats whose files hold a tokenizer. */
    public void tokenizer(Supplier<Map<String, Object>> metadata) {
        tensors.tokenizer(metadata);
    }

    /** A small file beside the weights, instead of the base's of that name: a tokenizer built from GGUF metadata. */
    public void addFile(String name, byte[] content) {
        write(name, content);
        added.add(name);
    }

    /** Says in {@code config.json} that the unquantized numbers are of this type: {@code float16}. */
    public void declareDtype(String name) {
        dtype = name;
    }

    /** @param manifest what {@code bitrank.json} is to say; the checksums of all files are added to it */
    public Artifact finish(ObjectNode manifest) {
        for (String name : model.names()) {
            if (!names.contains(name)) {
                put(name, model.read(name));
            }
        }
        if (!added.contains(ModelFiles.CONFIG)) {
            write(ModelFiles.CONFIG, Json.bytes(config()));
        }
        List<Path> weightFiles = tensors.finish();
        carryFiles();
        var checksums = new TreeMap<String, String>();
        long bytes = 0;
        ObjectNode described = manifest.deepCopy();
        ObjectNode files = described.putObject("files");
        for (Path file : ModelFiles.with(directory.work(), "")) {
            String name = file.getFileName().toString();
            checksums.put(name, Checksums.sha256(file));
            bytes += size(file);
            files.putObject(name).put("sha256", checksums.get(name)).put("bytes", size(file));
        }
        String weights = weightFiles.size() == 1 ? checksums.get(weightFiles.getFirst().getFileName().toString()) : Checksums.sha256(weightFiles);
        described.put("weights_sha256", weights);
        byte[] content = Json.bytes(described);
        write(MANIFEST, content);
        checksums.put(MANIFEST, Checksums.sha256(directory.work().resolve(MANIFEST)));
        directory.commit();
        return new Artifact(directory.target(), weights, bytes + content.length, checksums);
    }

    private ObjectNode config() {
        ObjectNode config = modelConfig.deepCopy();
        tensors.describe(config);
        if (dtype != null) {
            config.remove("torch_dtype");
            config.put("dtype", dtype);
        }
        return config;
    }

    private void carryFiles() {
        for (String name : ModelFiles.CARRIED) {
            Path file = base.file(name).orElse(null);
            if (file != null && !added.contains(name)) {
                try {
                    // Not Files.copy, which would keep a read-only file read-only.
                    Files.write(directory.work().resolve(name), Files.readAllBytes(file));
                } catch (IOException failure) {
                    throw StorageFailure.writing(directory.target().resolve(name), failure);
                }
            }
        }
    }

    private void write(String name, byte[] content) {
        try {
            Files.write(directory.work().resolve(name), content);
        } catch (IOException failure) {
            throw StorageFailure.writing(directory.target().resolve(name), failure);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException failure) {
            throw StorageFailure.reading(file, failure);
        }
    }

    @Override
    public void close() {
        tensors.close();
        directory.close();
    }
}
