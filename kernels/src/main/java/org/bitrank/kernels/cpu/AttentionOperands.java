package org.bitrank.kernels.cpu;

import org.bitrank.kernels.AttentionShape;

/** The addresses of an attention's matrices. */
record AttentionOperands(AttentionShape shape, long q, long k, long v, long y) {
    long query(int row, int head) {
        return q + ((long) row * shape.heads() + head) * shape.headSize() * 4;
    }

    long output(int row, int head) {
        return y + ((long) row * shape.heads() + head) * shape.headSize() * 4;
    }

    long key(int slot, int keyHead) {
        return k + ((long) slot * shape.keyHeads() + keyHead) * shape.headSize() * 4;
    }

    long value(int slot, int keyHead) {
        return v + ((long) slot * shape.keyHeads() + keyHead) * shape.headSize() * 4;
    }
}
