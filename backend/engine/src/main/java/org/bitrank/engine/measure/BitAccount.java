package org.bitrank.engine.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.WeightSource;

/**
 * What a checkpoint's weights cost on disk, counted from the bytes that are stored.
 *
 * @param nominalBits bits of one code, the number in a format's name; the mean over the quantized weights of linear layers inside
 *     the blocks (where none of these is quantized: over other quantized tensors, the head for one, and where there are none
 *     either, over all linear layers)
 * @param effectiveBits bits a weight of the same layers with everything that is stored for them: codes, scales, zero points,
 *     indices
 * @param bitsAll bits a parameter over all tensors, embedding, head and norms included
 * @param parameters of all tensors
 * @param bytes of the weight files as they lie on disk, headers included
 * @param classes the same by class of tensor; classes without tensors are absent
 * @param quantizedParameters the weights that are codes on a grid among those of {@code nominalBits}
 * @param price what is stored for these, taken apart: what the effective bits are made of
 * @param towers the same as {@code classes} by part of a vision-language model; empty for a model of text alone
 */
public record BitAccount(
        double nominalBits, double effectiveBits, double bitsAll, long parameters, long bytes, Map<TensorClass, Share> classes,
        long quantizedParameters, StoredBytes price, Map<Tower, Share> towers) {
    /** Kinds of tensors that recipes treat differently. */
    public enum TensorClass {
        /** Linear layers inside the blocks. */
        LINEAR,
        EMBEDDING,
        HEAD,
        NORM,
        BIAS,
        OTHER;

        public static TensorClass of(String name, TensorInfo info) {
            if (name.endsWith(".bias")) {
                return BIAS;
            }
            if (name.startsWith("lm_head") || name.contains(".lm_head") || name.startsWith("embed_out")) {
                return HEAD;
            }
            if (name.contains("norm") || name.contains(".ln_")) {
                return NORM;
            }
            if (name.contains("embed") || name.contains(".wte.") || name.contains(".wpe.")) {
                return EMBEDDING;
            }
            return info.shape().size() == 2 ? LINEAR : OTHER;
        }
    }

    /** @param quantized parameters among them that are codes on a grid */
    public record Share(int tensors, long parameters, long quantized, StoredBytes stored) {
        private static final Share NONE = new Share(0, 0, 0, StoredBytes.NONE);

        public double bits() {
            return bitsEach(stored.total(), parameters);
        }

        private Share plus(Share other) {
            return new Share(tensors + other.tensors, parameters + other.parameters, quantized + other.quantized, stored.plus(other.stored));
        }

        private Share plus(TensorInfo info) {
            return new Share(tensors + 1, parameters + info.elements(), quantized + (info.quantized() ? info.elements() : 0), stored.plus(info.stored()));
        }
    }

    public static BitAccount of(Checkpoint checkpoint) {
        WeightSource weights = checkpoint.weights();
        var classes = new EnumMap<TensorClass, Share>(TensorClass.class);
        var towers = new EnumMap<Tower, Share>(Tower.class);
        Share all = Share.NONE;
        var quantized = new Sum();
        var elsewhere = new Sum();
        var linear = new Sum();
        for (String name : weights.names()) {
            TensorInfo info = weights.info(name);
            TensorClass kind = TensorClass.of(name, info);
            classes.put(kind, classes.getOrDefault(kind, Share.NONE).plus(info));
            towers.merge(Tower.of(name), Share.NONE.plus(info), Share::plus);
            all = all.plus(info);
            if (kind == TensorClass.LINEAR) {
                linear.add(info);
                if (info.quantized()) {
                    quantized.add(info);
                }
            } else if (info.quantized()) {
                elsewhere.add(info);
            }
        }
        Sum codes = quantized.parameters > 0 ? quantized : elsewhere;
        Sum counted = codes.parameters > 0 ? codes : linear;
        return new BitAccount(
                counted.parameters == 0 ? 0 : counted.nominal / counted.parameters,
                bitsEach(counted.stored.total(), counted.parameters),
                bitsEach(all.stored().total(), all.parameters()),
                all.parameters(),
                fileBytes(checkpoint),
                Map.copyOf(classes),
                codes.parameters,
                codes.stored,
                towers.containsKey(Tower.VISION) ? Collections.unmodifiableMap(towers) : Map.of());
    }

    /** Bits a quantized weight of one part of the price. */
    public double bitsOf(long partOfPrice) {
        return bitsEach(partOfPrice, quantizedParameters);
    }

    private static double bitsEach(long bytes, long parameters) {
        return parameters == 0 ? 0 : (double) bytes * Byte.SIZE / parameters;
    }

    private static long fileBytes(Checkpoint checkpoint) {
        long bytes = 0;
        for (Path file : checkpoint.weightFiles()) {
            try {
                bytes += Files.size(file);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return bytes;
    }

    private static final class Sum {
        private long parameters;
        private double nominal;
        private StoredBytes stored = StoredBytes.NONE;

        void add(TensorInfo info) {
            parameters += info.elements();
            stored = stored.plus(info.stored());
            nominal += info.elements() * info.bits();
        }
    }
}
