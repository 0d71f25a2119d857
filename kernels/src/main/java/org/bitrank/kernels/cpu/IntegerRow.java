package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.VectorMath.get;

/** A run of numbers as codes: {@code x = codes[i] * scale}, zero points taken off already. */
final class IntegerRow {
    final int[] codes;
    private Dyadic scale;

    IntegerRow(int length) {
        codes = new int[length];
    }

    Dyadic scale() {
        return scale;
    }

    /** As DI-MatMul leaves its results: asymmetric codes over the run's own range. */
    void read(long address, int bits) {
        double low = 0;
        double high = 0;
        for (int i = 0; i < codes.length; i++) {
            low = Math.min(low, get(address + i * 4L));
            high = Math.max(high, get(address + i * 4L));
        }
        int top = (1 << bits) - 1;
        double range = high - low;
        scale = Dyadic.of(range == 0 ? 1 : range / top);
        if (range == 0) {
            java.util.Arrays.fill(codes, 0);
            return;
        }
        long zero = Math.round(-low * top / range);
        for (int i = 0; i < codes.length; i++) {
            long code = (long) Math.floor(((get(address + i * 4L) - low) * top + range / 2) / range);
            codes[i] = (int) (Math.clamp(code, 0, top) - zero);
        }
    }

    /** Symmetric codes of 16 bits. */
    void readWide(long address) {
        double largest = 0;
        for (int i = 0; i < codes.length; i++) {
            largest = Math.max(largest, Math.abs(get(address + i * 4L)));
        }
        double step = largest == 0 ? 1 : largest / Short.MAX_VALUE;
        scale = Dyadic.of(step);
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (int) Math.rint(get(address + i * 4L) / step);
        }
    }
}
