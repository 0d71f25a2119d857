package org.bitrank.kernels.cpu;

import java.lang.foreign.MemorySegment;
import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.ComputeType;

/**
 * Attention in tiles with a running softmax (Dao et al., FlashAttention, arXiv 2205.14135): the scores of a tile of queries
 * and a block of keys are a product of oneDNN, then their exponentials, then a second product with the values.
 *
 * <p>The query heads that share a key head are stacked into one tile. Blocks of keys start at the same positions for
 * every query, and a block that is cut short leaves out zeros only, so a query's result does not depend on its tile.
 */
final class TiledAttention implements AutoCloseable {
    /** Queries in a tile. */
    static final int QUERIES = 64;

    private static final int HEADS_STACKED = 4;

    /** Keys in a block. */
    static final int KEYS = 256;

    private static final int KEY_GRAIN = 64;

    /** How far scores may exceed the number that is subtracted from them before the sums so far are scaled down. */
    private static final float HEADROOM = 8;

    /** Floats from one row of scores to the next: not a power of two, which would map rows onto the same cache lines. */
    static final int SCORE_STRIDE = KEYS + 16;

    private final Product.Cache cache;
    private final KeyBlocks blocks;
    private final Scratch scratch;
    private final int type;
    private final int bytes;

    TiledAttention(Workers workers, Product.Cache cache, ComputeType computeType) {
        this.cache = cache;
        this.scratch = new Scratch(workers.count());
        this.type = Products.type(computeType);
        this.blocks = new KeyBlocks(workers, cache, type);
        this.bytes = type == Dnnl.FLOAT32 ? 4 : 2;
    }

    /** Keys and values as products read them: row {@code slot} begins at {@code slot * width} elements. */
    record Operands(AttentionShape shape, long q, long k, long v, long y) {}

    /** Tiles of one run. */
    static int tiles(AttentionRun run, AttentionShape shape) {
        return (run.queryCount() + QUERIES - 1) / QUERIES * shape.keyHeads() * stacks(shape);
    }

    private static int stacks(AttentionShape shape) {
        return (shape.heads() / shape.keyHeads() + HEADS_STACKED - 1) / HEADS_STACKED;
    }

    /** Everything that the loops over one tile's keys need. */
    private final class Tile {
        final int worker;
        final Operands operands;
        final AttentionRun run;
        final int headSize;
        final int keyWidth;
        final int keyHead;
        final int firstHead;
        final int heads;
        final int firstQuery;
        final int queries;
        /** Rows for each head: the queries, rounded up so that few sizes of products are compiled. */
        final int rowsPerHead;
        final int rows;
        /** The position of the first query. */
        final int position;
        final long query;
        final long scores;
        final long output;
        final long gathered;
        final float[] max;
        final float[] sum;

        Tile(int worker, Operands operands, AttentionRun run, int index) {
            this.worker = worker;
            this.operands = operands;
            this.run = run;
            AttentionShape shape = operands.shape();
            headSize = shape.headSize();
            keyWidth = shape.keyHeads() * headSize;
            int group = shape.heads() / shape.keyHeads();
            int stack = index % stacks(shape);
            keyHead = index / stacks(shape) % shape.keyHeads();
            // The last queries see the most keys; beginning with them keeps the threads evenly busy to the end.
            int block = (run.queryCount() - 1) / QUERIES - index / (stacks(shape) * shape.keyHeads());
            firstHead = keyHead * group + stack * HEADS_STACKED;
            heads = Math.min(HEADS_STACKED, group - stack * HEADS_STACKED);
            firstQuery = block * QUERIES;
            queries = Math.min(QUERIES, run.queryCount() - firstQuery);
            rowsPerHead = queries <= 4 ? 4 : queries <= 16 ? 16 : queries <= 32 ? 32 : QUERIES;
            rows = heads * rowsPerHead;
            position = run.keyCount() - run.queryCount() + firstQuery;
            max = new float[rows];
            sum = new float[rows];
            java.util.Arrays.fill(max, Float.NEGATIVE_INFINITY);
            int most = HEADS_STACKED * QUERIES;
            scores = scratch.address(worker, 4L * most * SCORE_STRIDE + 4L * (2L * most + 2L * KEYS) * (headSize + 16));
            query = scores + 4L * most * SCORE_STRIDE;
            output = query + 4L * most * (headSize + 16) / 64 * 64;
            gathered = output + 4L * most * (headSize + 16) / 64 * 64;
        }
    }

    /** Makes ready for these runs what several tiles read. */
    void prepare(Operands operands, AttentionRun[] runs) {
        blocks.pack(operands, runs);
    }

    void attend(int worker, Operands operands, AttentionRun run, int index) {
        Tile tile = new Tile(worker, operands, run, index);
        loadQueries(tile);
        int keys = operands.shape().lastKey(run, tile.firstQuery + tile.queries - 1) + 1;
        int window = operands.shape().window();
        int start = window == 0 ? 0 : Math.max(0, tile.position - window + 1) / KEYS * KEYS;
        for (int first = start; first < keys; first += KEYS) {
            attendKeys(tile, first, Math.min(KEYS, keys - first), first > start);
        }
        storeOutput(tile);
    }

    private void loadQueries(Tile tile) {
        AttentionShape shape = tile.operands.shape();
        for (int head = 0; head < tile.heads; head++) {
            for (int i = 0; i < tile.rowsPerHead; i++) {
                long target = tile.query + (long) (head * tile.rowsPerHead + i) * tile.headSize * bytes;
                if (i >= tile.queries) {
                    Memory.ALL.asSlice(target, (long) tile.headSize * bytes).fill((byte) 0);
                    continue;
                }
                long row = tile.run.queryStart() + tile.firstQuery + i;
                long source = tile.operands.q() + (row * shape.heads() + tile.firstHead + head) * tile.headSize * 4;
                if (type == Dnnl.FLOAT32) {
                    MemorySegment.copy(Memory.ALL, source, Memory.ALL, target, tile.headSize * 4L);
                } else {
                    VectorMath.toBfloat16(source, target, tile.headSize);
                }
            }
        }
    }

    /** One block of keys: scores, exponentials, and what they add to the output. */
    private void attendKeys(Tile tile, int first, int count, boolean accumulate) {
        int padded = (count + KEY_GRAIN - 1) / KEY_GRAIN * KEY_GRAIN;
        int slot = contiguousFrom(tile.run, first, padded);
        int block = slot >= 0 && count == KEYS ? blocks.find(slot) : -1;
        long keys;
        long values;
        int stride;
        if (block >= 0) {
            keys = blocks.keys(block, tile.keyHead);
            values = blocks.values(block, tile.keyHead);
            stride = 0;
        } else if (slot >= 0 && padded == count) {
            long offset = ((long) slot * tile.keyWidth + (long) tile.keyHead * tile.headSize) * bytes;
            keys = tile.operands.k() + offset;
            values = tile.operands.v() + offset;
            stride = tile.keyWidth;
        } else {
            keys = tile.gathered;
            values = tile.gathered + (long) KEYS * tile.headSize * bytes;
            gather(tile, tile.operands.k(), first, count, padded, keys);
            gather(tile, tile.operands.v(), first, count, padded, values);
            stride = tile.headSize;
        }
        cache.get(new Product.Size(type, tile.rows, padded, tile.headSize, tile.headSize,
                        block >= 0 ? Product.Order.PACKED : Product.Order.COLUMNS, stride, SCORE_STRIDE, false))
                .run(tile.worker, tile.query, keys, tile.scores);
        softmax(tile, first, count, padded, accumulate);
        cache.get(new Product.Size(type, tile.rows, tile.headSize, padded, SCORE_STRIDE * 4 / bytes,
                        block >= 0 ? Product.Order.PACKED : Product.Order.ROWS, stride, tile.headSize, accumulate))
                .run(tile.worker, tile.scores, values, tile.output);
    }

    /** The slot of key {@code first} when the next {@code count} keys follow it in the same span, else -1. */
    static int contiguousFrom(AttentionRun run, int first, int count) {
        int position = 0;
        for (int span = 0; span < run.spanStart().length; span++) {
            int length = run.spanLength()[span];
            if (first < position + length) {
                return first + count <= position + length ? run.spanStart()[span] + first - position : -1;
            }
            position += length;
        }
        return -1;
    }

    /** Copies keys (or values) of one head to neighbouring rows, and zeros to the rows that fill up the block. */
    private void gather(Tile tile, long source, int first, int count, int padded, long target) {
        AttentionRun run = tile.run;
        long rowBytes = (long) tile.headSize * bytes;
        int position = 0;
        for (int span = 0; span < run.spanStart().length; span++) {
            int length = run.spanLength()[span];
            int end = Math.min(first + count, position + length);
            for (int i = Math.max(first, position); i < end; i++) {
                long slot = run.spanStart()[span] + i - position;
                long from = source + (slot * tile.keyWidth + (long) tile.keyHead * tile.headSize) * bytes;
                MemorySegment.copy(Memory.ALL, from, Memory.ALL, target + (i - first) * rowBytes, rowBytes);
            }
            position += length;
        }
        Memory.ALL.asSlice(target + count * rowBytes, (padded - count) * rowBytes).fill((byte) 0);
    }

    /** Turns scores into weights relative to about the largest score so far, in place, as the second product reads them. */
    private void softmax(Tile tile, int first, int count, int padded, boolean accumulate) {
        AttentionShape shape = tile.operands.shape();
        for (int row = 0; row < tile.rows; row++) {
            long scores = tile.scores + (long) row * SCORE_STRIDE * 4;
            int query = row % tile.rowsPerHead;
            int position = tile.position + query;
            int seen = shape.causal() ? position + 1 - first : count;
            int to = query < tile.queries ? Math.min(count, seen) : 0;
            int from = shape.window() == 0 ? 0 : Math.max(0, position - shape.window() + 1 - first);
            if (to <= from) {
                Memory.ALL.asSlice(scores, (long) padded * bytes).fill((byte) 0);
                continue;
            }
            if (shape.slopes() != null) {
                // What is scaled with the scores afterwards.
                float step = shape.slope(tile.firstHead + row / tile.rowsPerHead) / shape.scale();
                SoftmaxRow.addRamp(scores, to, first - position, step);
            }
            float before = tile.max[row];
            float max = SoftmaxRow.largest(scores, from, to) * shape.scale();
            if (max <= before + HEADROOM) {
                max = before;
            }
            float sum = SoftmaxRow.exponentials(scores, from, to, padded, shape.scale(), max, type != Dnnl.FLOAT32);
            if (before == max || !accumulate) {
                tile.sum[row] += sum;
            } else {
                float factor = (float) Math.exp(before - max);
                tile.sum[row] = tile.sum[row] * factor + sum;
                SoftmaxRow.scale(tile.output + (long) row * tile.headSize * 4, tile.headSize, factor);
            }
            tile.max[row] = max;
        }
    }

    private static void storeOutput(Tile tile) {
        AttentionShape shape = tile.operands.shape();
        for (int head = 0; head < tile.heads; head++) {
            for (int i = 0; i < tile.queries; i++) {
                int row = head * tile.rowsPerHead + i;
                long source = tile.output + (long) row * tile.headSize * 4;
                long target = tile.operands.y() + (((long) tile.run.queryStart() + tile.firstQuery + i) * shape.heads()
                        + tile.firstHead + head) * tile.headSize * 4;
                SoftmaxRow.scale(source, tile.headSize, 1 / tile.sum[row]);
                MemorySegment.copy(Memory.ALL, source, Memory.ALL, target, tile.headSize * 4L);
            }
        }
    }

    @Override
    public void close() {
        blocks.close();
        scratch.close();
    }
}
