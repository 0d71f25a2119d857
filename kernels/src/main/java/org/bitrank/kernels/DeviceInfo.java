package org.bitrank.kernels;

/**
 * What ran: shown on every row.
 *
 * @param backend {@code reference}, {@code cpu} or {@code cuda}
 * @param name the processor's or GPU's own name, e.g. {@code AMD EPYC 9B45}
 * @param units cores used, or multiprocessors of a GPU
 * @param memoryBytes memory of the device
 * @param features what was chosen for speed, e.g. {@code avx512_core_bf16}
 */
public record DeviceInfo(String backend, String name, int units, long memoryBytes, String features) {}
