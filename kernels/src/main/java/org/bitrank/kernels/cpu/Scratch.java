package org.bitrank.kernels.cpu;

/** Memory that one kernel reuses from call to call: a block for every worker, grown when a call needs more. */
final class Scratch implements AutoCloseable {
    private final Memory.Block[] blocks;

    Scratch(int workers) {
        blocks = new Memory.Block[workers];
    }

    /** The address of at least {@code bytes} bytes of unknown content, for this worker alone. */
    long address(int worker, long bytes) {
        Memory.Block block = blocks[worker];
        if (block == null || block.bytes() < bytes) {
            if (block != null) {
                blocks[worker] = null;
                block.close();
            }
            block = Memory.allocate(bytes);
            blocks[worker] = block;
        }
        return block.address();
    }

    @Override
    public void close() {
        for (int i = 0; i < blocks.length; i++) {
            if (blocks[i] != null) {
                blocks[i].close();
                blocks[i] = null;
            }
        }
    }
}
