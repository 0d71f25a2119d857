/**
 * The back ends that compute on the host's processor: the plain {@link org.bitrank.kernels.cpu.ReferenceBackend} and the
 * fast {@link org.bitrank.kernels.cpu.CpuBackend}. They share the memory of {@code HostTensor}.
 */
package org.bitrank.kernels.cpu;
