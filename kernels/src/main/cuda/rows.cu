// Rows moved, widened, turned and summed.

// Elements of any stored type to float32 (target_dtype 0) or bfloat16 (2).
extern "C" __global__ void convert(const void* source, int dtype, long long n, void* target, int target_dtype) {
    for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) {
        float value = widen(source, i, dtype);
        if (target_dtype == 0) {
            ((float*)target)[i] = value;
        } else {
            ((half_bits*)target)[i] = to_bfloat16(value);
        }
    }
}

extern "C" __global__ void embed(const int* ids, const void* table, int dtype, int columns, float* y) {
    long long from = (long long)ids[blockIdx.x] * columns;
    float* to = y + (long long)blockIdx.x * columns;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) to[i] = widen(table, from + i, dtype);
}

// Rows as runs of 2 bytes, which every stored type is a multiple of.
extern "C" __global__ void gather_rows(const int* rows, const half_bits* source, int units, half_bits* target) {
    const half_bits* from = source + (long long)rows[blockIdx.x] * units;
    half_bits* to = target + (long long)blockIdx.x * units;
    for (int i = threadIdx.x; i < units; i += blockDim.x) to[i] = from[i];
}

extern "C" __global__ void scatter_rows(const int* rows, const half_bits* source, int units, half_bits* target) {
    const half_bits* from = source + (long long)blockIdx.x * units;
    half_bits* to = target + (long long)rows[blockIdx.x] * units;
    for (int i = threadIdx.x; i < units; i += blockDim.x) to[i] = from[i];
}

// Row i of y is the sum over j < many of weights[i * many + j] * source[rows[i * many + j]].
extern "C" __global__ void mix_rows(
        const float* source, const int* rows, const float* weights, int many, int columns, float* y) {
    rows += blockIdx.x * many;
    weights += blockIdx.x * many;
    float* to = y + (long long)blockIdx.x * columns;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) {
        float sum = 0;
        for (int j = 0; j < many; j++) sum += weights[j] * source[(long long)rows[j] * columns + i];
        to[i] = sum;
    }
}

extern "C" __global__ void add_bias(const float* bias, int columns, float* y) {
    float* row = y + (long long)blockIdx.x * columns;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) row[i] += bias[i];
}

// grid (tokens, heads), threads over the pairs of a head that turn.
extern "C" __global__ void rotate(
        float* x, const int* positions, const float* cosines, const float* sines, int half, int head_size, int columns) {
    float* head = x + (long long)blockIdx.x * columns + (long long)blockIdx.y * head_size;
    long long row = (long long)positions[blockIdx.x] * half;
    for (int i = threadIdx.x; i < half; i += blockDim.x) {
        float c = cosines[row + i], s = sines[row + i];
        float a = head[i], b = head[i + half];
        head[i] = a * c - b * s;
        head[i + half] = b * c + a * s;
    }
}
