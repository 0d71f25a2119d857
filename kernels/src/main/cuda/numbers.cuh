// What all kernels share: plain and correct first, no headers. Matrices are row-major float32 unless said otherwise; one block works
// on one row where rows are independent.

typedef unsigned short half_bits;

#define BLOCK 256
#define INFINITY __int_as_float(0x7f800000)

static __device__ float from_bfloat16(half_bits bits) {
    return __uint_as_float(((unsigned int)bits) << 16);
}

// Round to nearest even; NaN stays NaN.
static __device__ half_bits to_bfloat16(float value) {
    unsigned int bits = __float_as_uint(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return (half_bits)((bits >> 16) | 0x40u);
    }
    bits += 0x7fffu + ((bits >> 16) & 1u);
    return (half_bits)(bits >> 16);
}

static __device__ float from_float16(half_bits bits) {
    float value;
    asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
    return value;
}

static __device__ float widen(const void* data, long long index, int dtype) {
    switch (dtype) {
        case 0: return ((const float*)data)[index];
        case 1: return from_float16(((const half_bits*)data)[index]);
        default: return from_bfloat16(((const half_bits*)data)[index]);
    }
}

// Sums over the block; every thread gets the result.
static __device__ float block_sum(float value) {
    __shared__ float partial[BLOCK];
    partial[threadIdx.x] = value;
    __syncthreads();
    for (int step = BLOCK / 2; step > 0; step /= 2) {
        if (threadIdx.x < step) partial[threadIdx.x] += partial[threadIdx.x + step];
        __syncthreads();
    }
    float result = partial[0];
    __syncthreads();
    return result;
}

static __device__ float block_max(float value) {
    __shared__ float partial[BLOCK];
    partial[threadIdx.x] = value;
    __syncthreads();
    for (int step = BLOCK / 2; step > 0; step /= 2) {
        if (threadIdx.x < step) partial[threadIdx.x] = fmaxf(partial[threadIdx.x], partial[threadIdx.x + step]);
        __syncthreads();
    }
    float result = partial[0];
    __syncthreads();
    return result;
}

static __device__ int block_min(int value) {
    __shared__ int partial[BLOCK];
    partial[threadIdx.x] = value;
    __syncthreads();
    for (int step = BLOCK / 2; step > 0; step /= 2) {
        if (threadIdx.x < step) partial[threadIdx.x] = min(partial[threadIdx.x], partial[threadIdx.x + step]);
        __syncthreads();
    }
    int result = partial[0];
    __syncthreads();
    return result;
}
