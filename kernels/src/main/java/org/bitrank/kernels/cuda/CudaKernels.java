package org.bitrank.kernels.cuda;

import java.util.HashMap;
import java.util.Map;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import org.bitrank.kernels.DType;

/** Our compiled kernels, launched by name. */
final class CudaKernels implements AutoCloseable {
    /** Threads of a block; the same number stands in numbers.cuh. */
    static final int BLOCK = 256;

    private static final int MOST_BLOCKS = 8192;

    private final CudaDevice device;
    private final CUmodule module = new CUmodule();
    private final Map<String, CUfunction> functions = new HashMap<>();

    CudaKernels(CudaDevice device) {
        this.device = device;
        JCudaDriver.cuModuleLoadData(module, KernelCache.machineCode(device.architecture()));
    }

    /** One thread an element, or several elements a thread where there are very many. */
    void overElements(String name, long elements, Object... parameters) {
        launch(name, (int) Math.min(MOST_BLOCKS, (elements + BLOCK - 1) / BLOCK), 1, 0, parameters);
    }

    /**
     * Launches a grid of blocks of {@link #BLOCK} threads.
     *
     * @param parameters {@link Long} for addresses and long numbers, {@link Integer}, {@link Float}
     */
    void launch(String name, int gridX, int gridY, int sharedBytes, Object... parameters) {
        if (gridX == 0 || gridY == 0) {
            return;
        }
        device.makeCurrent();
        var pointers = new Pointer[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            pointers[i] = switch (parameters[i]) {
                case Long value -> Pointer.to(new long[] {value});
                case Integer value -> Pointer.to(new int[] {value});
                case Float value -> Pointer.to(new float[] {value});
                default -> throw new IllegalArgumentException("parameter of " + parameters[i].getClass());
            };
        }
        JCudaDriver.cuLaunchKernel(
                functions.computeIfAbsent(name, this::function), gridX, gridY, 1, BLOCK, 1, 1, sharedBytes, device.stream(),
                Pointer.to(pointers), null);
    }

    /** The number of a type in the kernels, as {@code widen} of numbers.cuh reads it. */
    static int code(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> 0;
            case FLOAT16 -> 1;
            case BFLOAT16 -> 2;
            case INT32 -> throw new IllegalArgumentException("INT32 holds no numbers to convert");
        };
    }

    private CUfunction function(String name) {
        var function = new CUfunction();
        JCudaDriver.cuModuleGetFunction(function, module, name);
        return function;
    }

    @Override
    public void close() {
        device.makeCurrent();
        JCudaDriver.cuModuleUnload(module);
    }
}
