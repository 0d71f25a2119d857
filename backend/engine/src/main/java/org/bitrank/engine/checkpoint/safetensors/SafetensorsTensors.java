package org.bitrank.engine.checkpoint.safetensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Conv1d;
import org.bitrank.engine.checkpoint.ReaderNames;
import org.bitrank.engine.checkpoint.StorageFailure;
import org.bitrank.engine.checkpoint.StoredKeyValues;
import org.bitrank.engine.checkpoint.TensorWriter;
import org.bitrank.engine.checkpoint.bitrank.BitrankFormat;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Safetensors files in Hugging Face layout; what becomes of quantized matrices is for the format to say. */
final class SafetensorsTensors implements TensorWriter {
    private static final String WEIGHT = ".weight";

    private final Checkpoint base;
    private final Path directory;
    private final Shards shards;
    private final MatrixWriter matrices;
    private final ReaderNames names;
    private final Conv1d conv1d;
    private final List<String> denseMatrices = new ArrayList<>();
    private boolean quantized;

    /** @param base the model that is written, in this form or another */
    SafetensorsTensors(Path directory, Checkpoint base, long shardBytes, MatrixWriter matrices) {
        this.base = base;
        this.conv1d = Conv1d.of(base.config());
        this.directory = directory;
        this.shards = new Shards(directory, shardBytes);
        this.matrices = matrices;
        this.names = new ReaderNames(base);
    }

    @Override
    public void put(String name, DenseWeight weight, List<Integer> shape) {
        if (conv1d.stores(name)) {
            shards.current().put(base.storedName(name), weight.dtype(), Conv1d.transposed(shape), Conv1d.transposed(weight).data());
        } else {
            shards.current().put(base.storedName(name), weight.dtype(), shape, weight.data());
        }
        if (shape.size() == 2 && name.endsWith(WEIGHT) && !SkippedLayers.isTable(module(name))) {
            denseMatrices.add(module(base.storedName(name)));
            names.add(module(name));
        }
    }

    @Override
    public long put(String name, QuantizedWeight weight, ActivationScheme activations) {
        if (conv1d.stores(name) && !matrices.takesConv1d()) {
            throw BitRankException.unsupported("%s: readers of this format look for nn.Linear and pass GPT-2's layers (Conv1D) over; choose"
                    .formatted(name) + " the format " + BitrankFormat.NAME);
        }
        SafetensorsWriter file = shards.current();
        long before = file.size();
        matrices.put(file, module(base.storedName(name)), weight, activations);
        names.add(module(name));
        quantized = true;
        return file.size() - before;
    }

    @Override
    public boolean says(ActivationScheme scheme, QuantizedWeight weight) {
        return matrices.says(scheme, weight);
    }

    private static String module(String name) {
        return name.substring(0, name.length() - WEIGHT.length());
    }

    @Override
    public void describe(ObjectNode config) {
        config.remove("quantization_config");
        if (!quantized) {
            return;
        }
        ObjectNode described = matrices.quantizationConfig(denseMatrices);
        names.apply(described);
        JsonNode keyValues = base.config().path("quantization_config").path(StoredKeyValues.SCHEME);
        if (described.has(StoredKeyValues.SCHEME) && keyValues.isObject()) {
            // Its scales are tensors, which have come along.
            described.set(StoredKeyValues.SCHEME, keyValues);
        }
        config.set("quantization_config", described);
        matrices.files(described).forEach((name, content) -> {
            try {
                Files.write(directory.resolve(name), content);
            } catch (IOException failure) {
                throw StorageFailure.writing(directory.resolve(name), failure);
            }
        });
    }

    @Override
    public List<Path> finish() {
        return shards.finish();
    }

    @Override
    public void close() {
        shards.close();
    }
}
