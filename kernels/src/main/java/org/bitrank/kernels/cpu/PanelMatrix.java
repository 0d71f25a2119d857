package org.bitrank.kernels.cpu;

import org.bitrank.kernels.PackedMatrix;

/**
 * A weight cut into panels of neighbouring outputs, each in oneDNN's layout for its size. Panels are the tiles that
 * threads share out, and small enough to stay in a core's cache while rows stream past.
 */
final class PanelMatrix implements PackedMatrix {
    private static final int WIDEST = 256;

    /** One vector register block of oneDNN's kernels; the width of panels is a multiple of it. */
    private static final int NARROWEST = 64;

    /** Panels that make one row's product worth sharing out. */
    private static final int ENOUGH = 8;

    private final int outputs;
    private final int inputs;
    private final int type;
    private final int width;
    private final Product.Layout full;
    private final Product.Layout last;
    private final Memory.Block block;

    PanelMatrix(int outputs, int inputs, int type, Product.Cache products) {
        this.outputs = outputs;
        this.inputs = inputs;
        this.type = type;
        width = panelWidth(outputs);
        int rest = outputs - (panels() - 1) * width;
        full = products.layout(type, Math.min(width, outputs), inputs);
        last = products.layout(type, rest, inputs);
        block = Memory.allocate((panels() - 1) * stride() + last.bytes());
    }

    /** The widest panel that divides the outputs into enough of them, or else the narrowest. */
    private static int panelWidth(int outputs) {
        for (int width = WIDEST; width > NARROWEST; width -= NARROWEST) {
            if (outputs % width == 0 && outputs / width >= ENOUGH) {
                return width;
            }
        }
        return outputs >= ENOUGH * WIDEST ? WIDEST : NARROWEST;
    }

    int panels() {
        return (outputs + width - 1) / width;
    }

    int firstOutput(int panel) {
        return panel * width;
    }

    int width(int panel) {
        return Math.min(width, outputs - panel * width);
    }

    Product.Layout layout(int panel) {
        return panel == panels() - 1 ? last : full;
    }

    /** Where the panel lies; fails once the matrix is closed. */
    long address(int panel) {
        return block.address() + panel * stride();
    }

    private long stride() {
        return (full.bytes() + Memory.ALIGNMENT - 1) & -Memory.ALIGNMENT;
    }

    /** oneDNN's element type. */
    int type() {
        return type;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public long bytes() {
        return block.bytes();
    }

    @Override
    public void close() {
        block.close();
    }
}
