package org.bitrank.kernels.cpu;

import java.util.Arrays;
import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;

/**
 * Keys and values of whole blocks in the layout that products want, made once for all the tiles that read them: those of one
 * sequence, and those of every run that goes on from the same beginning.
 */
final class KeyBlocks implements AutoCloseable {
    private final Workers workers;
    private final Product.Cache cache;
    private final Scratch memory = new Scratch(1);
    private final int type;
    private final int bytes;

    /** The first slots of the blocks, ascending. */
    private int[] slots = {};

    private int keyHeads;
    private long base;
    private long keyBytes;
    private long valueBytes;

    KeyBlocks(Workers workers, Product.Cache cache, int type) {
        this.workers = workers;
        this.cache = cache;
        this.type = type;
        this.bytes = type == Dnnl.FLOAT32 ? 4 : 2;
    }

    /** Packs every whole block of {@code TiledAttention.KEYS} keys that lies in one span of a run. */
    void pack(TiledAttention.Operands operands, AttentionRun[] runs) {
        AttentionShape shape = operands.shape();
        int headSize = shape.headSize();
        int keyWidth = shape.keyHeads() * headSize;
        slots = wholeBlocks(runs);
        if (slots.length == 0) {
            return;
        }
        keyHeads = shape.keyHeads();
        keyBytes = padded(cache.layout(type, TiledAttention.KEYS, headSize).bytes());
        valueBytes = padded(cache.layout(type, headSize, TiledAttention.KEYS).bytes());
        base = memory.address(0, slots.length * keyHeads * (keyBytes + valueBytes));
        Reorder keys = cache.get(new Reorder.Size(type, headSize, TiledAttention.KEYS, 1, keyWidth));
        Reorder values = cache.get(new Reorder.Size(type, TiledAttention.KEYS, headSize, keyWidth, 1));
        workers.run(slots.length * keyHeads, (task, worker) -> {
            int block = task / keyHeads;
            int head = task % keyHeads;
            long offset = ((long) slots[block] * keyWidth + (long) head * headSize) * bytes;
            keys.run(worker, operands.k() + offset, keys(block, head));
            values.run(worker, operands.v() + offset, values(block, head));
        });
    }

    private static int[] wholeBlocks(AttentionRun[] runs) {
        int[] found = new int[16];
        int count = 0;
        for (AttentionRun run : runs) {
            int keys = run.keyCount();
            for (int first = 0; first + TiledAttention.KEYS <= keys; first += TiledAttention.KEYS) {
                int slot = TiledAttention.contiguousFrom(run, first, TiledAttention.KEYS);
                if (slot >= 0) {
                    if (count == found.length) {
                        found = Arrays.copyOf(found, 2 * count);
                    }
                    found[count++] = slot;
                }
            }
        }
        return Arrays.stream(found, 0, count).sorted().distinct().toArray();
    }

    private static long padded(long size) {
        return (size + Memory.ALIGNMENT - 1) & -Memory.ALIGNMENT;
    }

    /** The number of the block that begins with {@code slot}, negative where there is none. */
    int find(int slot) {
        return Arrays.binarySearch(slots, slot);
    }

    long keys(int block, int keyHead) {
        return base + ((long) block * keyHeads + keyHead) * (keyBytes + valueBytes);
    }

    long values(int block, int keyHead) {
        return keys(block, keyHead) + keyBytes;
    }

    @Override
    public void close() {
        memory.close();
    }
}
