package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.VectorMath.get;
import static org.bitrank.kernels.cpu.VectorMath.set;

import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.Checks;
import org.bitrank.kernels.IntegerOperators;
import org.bitrank.kernels.Tensor;

/** Integer arithmetic has one result however it is ordered, so both host back ends share it: one thread, or rows for all. */
final class HostIntegerOperators implements IntegerOperators {
    /** Fractional bits of scores and of values on their way into sums. */
    private static final int FRACTION = 24;

    private static final long CLIP = (long) IntegerMath.CLIP << FRACTION;

    private static final int NORM_FRACTION = 16;
    private static final int GAIN_FRACTION = 12;

    private final Rows rows;

    HostIntegerOperators(Rows rows) {
        this.rows = rows;
    }

    @Override
    public void requantize(Tensor x, int bits) {
        Checks.float32(x, "x");
        int columns = (int) x.columns();
        long address = HostTensor.address(x);
        rows.run(x.rows(), columns, row -> {
            long at = address + 4L * row * columns;
            var codes = new IntegerRow(columns);
            codes.read(at, bits);
            double scale = codes.scale().value();
            for (int i = 0; i < columns; i++) {
                set(at + i * 4L, (float) (codes.codes[i] * scale));
            }
        });
    }

    @Override
    public void rmsNorm(Tensor x, Tensor gain, float epsilon, Tensor y) {
        Checks.rmsNorm(x, gain, y);
        int width = (int) gain.columns();
        var gains = new long[width];
        for (int i = 0; i < width; i++) {
            gains[i] = Math.round(Math.scalb((double) get(HostTensor.address(gain) + i * 4L), GAIN_FRACTION));
        }
        rows.run(x.shape().elements() / width, width, row -> {
            long at = 4L * row * width;
            var codes = new IntegerRow(width);
            codes.readWide(HostTensor.address(x) + at);
            double scale = codes.scale().value();
            // Epsilon in the codes' own units.
            long sum = Math.round(Math.min(epsilon / (scale * scale) * width, 1L << 46));
            for (int code : codes.codes) {
                sum += (long) code * code;
            }
            // The root has eight fractional bits, its inverse 32.
            long root = Math.max(1, IntegerMath.root((sum << 16) / width));
            long inverse = (1L << 40) / root;
            for (int i = 0; i < width; i++) {
                long normed = codes.codes[i] * inverse >> 32 - NORM_FRACTION;
                set(HostTensor.address(y) + at + i * 4L, (float) Math.scalb((double) (normed * gains[i]), -NORM_FRACTION - GAIN_FRACTION));
            }
        });
    }

    @Override
    public void swiglu(Tensor gate, Tensor up, int bits, Tensor y) {
        Checks.sameShape(gate, up);
        Checks.sameShape(gate, y);
        int columns = (int) gate.columns();
        rows.run(gate.rows(), columns, row -> {
            long at = 4L * row * columns;
            var left = new IntegerRow(columns);
            var right = new IntegerRow(columns);
            left.read(HostTensor.address(gate) + at, bits);
            right.read(HostTensor.address(up) + at, bits);
            double scale = left.scale().value() * right.scale().value() / 255;
            long one = IntegerMath.one(left.scale());
            for (int i = 0; i < columns; i++) {
                int code = left.codes[i];
                long power = IntegerMath.exp(Math.abs(code), left.scale());
                long sigmoid = ((code < 0 ? power : one) * 255 + (one + power) / 2) / (one + power);
                set(HostTensor.address(y) + at + i * 4L, (float) (code * sigmoid * right.codes[i] * scale));
            }
        });
    }

    @Override
    public void attention(Tensor q, Tensor k, Tensor v, AttentionShape shape, AttentionRun[] runs, int bits, Tensor y) {
        Checks.attention(q, k, v, shape, runs, y);
        IntegerRow[] keys = heads(k, shape.keyHeads(), shape.headSize(), bits);
        IntegerRow[] values = heads(v, shape.keyHeads(), shape.headSize(), bits);
        for (AttentionRun run : runs) {
            int[] slots = slots(run);
            rows.run((long) run.queryCount() * shape.heads(), (long) slots.length * shape.headSize(), item -> attend(
                    q, y, shape, run.queryStart() + item / shape.heads(), item % shape.heads(), slots,
                    shape.lastKey(run, item / shape.heads()), keys, values, bits));
        }
    }

    private IntegerRow[] heads(Tensor x, int heads, int size, int bits) {
        var codes = new IntegerRow[(int) x.rows() * heads];
        rows.run(codes.length, size, item -> {
            codes[item] = new IntegerRow(size);
            codes[item].read(HostTensor.address(x) + 4L * item * size, bits);
        });
        return codes;
    }

    private static int[] slots(AttentionRun run) {
        var slots = new int[run.keyCount()];
        int at = 0;
        for (int span = 0; span < run.spanStart().length; span++) {
            for (int i = 0; i < run.spanLength()[span]; i++) {
                slots[at++] = run.spanStart()[span] + i;
            }
        }
        return slots;
    }

    /** @param position of the last key that the query sees, among the keys of {@code slots}: its own where it sees none behind */
    private static void attend(
            Tensor q, Tensor y, AttentionShape shape, int row, int head, int[] slots, int position, IntegerRow[] keys, IntegerRow[] values, int bits) {
        int size = shape.headSize();
        int keyHead = head / (shape.heads() / shape.keyHeads());
        long at = 4L * ((long) row * shape.heads() + head) * size;
        var query = new IntegerRow(size);
        query.read(HostTensor.address(q) + at, bits);
        Dyadic scale = Dyadic.of(shape.scale());
        long slope = Math.round(Math.scalb((double) shape.slope(head), FRACTION));
        int first = shape.window() > 0 ? Math.max(0, position - shape.window() + 1) : 0;
        var scores = new long[position + 1];
        long largest = Long.MIN_VALUE;
        for (int key = first; key <= position; key++) {
            IntegerRow codes = keys[slots[key] * shape.keyHeads() + keyHead];
            long product = 0;
            for (int i = 0; i < size; i++) {
                product += query.codes[i] * codes.codes[i];
            }
            long score = scale.times(codes.scale().times(query.scale().times(product, FRACTION)));
            scores[key] = score - slope * (position - key);
            largest = Math.max(largest, scores[key]);
        }
        long total = 0;
        for (int key = first; key <= position; key++) {
            long below = Math.min(largest - scores[key], CLIP);
            scores[key] = IntegerMath.expOfClipped((int) ((below * 255 + CLIP / 2) / CLIP));
            total += scores[key];
        }
        var sums = new long[size];
        for (int key = first; key <= position; key++) {
            long probability = (scores[key] * 255 + total / 2) / total;
            if (probability > 0) {
                IntegerRow codes = values[slots[key] * shape.keyHeads() + keyHead];
                for (int i = 0; i < size; i++) {
                    sums[i] += codes.scale().times(probability * codes.codes[i], FRACTION);
                }
            }
        }
        for (int i = 0; i < size; i++) {
            set(HostTensor.address(y) + at + i * 4L, (float) Math.scalb(sums[i] / 255.0, -FRACTION));
        }
    }
}
