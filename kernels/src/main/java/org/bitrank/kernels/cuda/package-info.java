/**
 * The NVIDIA back end: JCuda's driver API for memory, streams and launches; cuBLAS and NVRTC through the JDK's foreign
 * functions, whichever major version is installed; our own kernels compiled for the GPU at hand and cached.
 */
package org.bitrank.kernels.cuda;
