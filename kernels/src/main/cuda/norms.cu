// One block a run of `size` columns; x is [rows, runs * size], the grid rows * runs.
extern "C" __global__ void rms_norm(const float* x, const float* gain, int size, float epsilon, float* y) {
    const float* from = x + (long long)blockIdx.x * size;
    float* to = y + (long long)blockIdx.x * size;
    float squares = 0;
    for (int i = threadIdx.x; i < size; i += BLOCK) squares += from[i] * from[i];
    float factor = rsqrtf(block_sum(squares) / size + epsilon);
    for (int i = threadIdx.x; i < size; i += BLOCK) to[i] = from[i] * factor * gain[i];
}

// The same grid; bias may be null. Squares are of the distances from the mean, so that a large mean costs no digits.
extern "C" __global__ void layer_norm(const float* x, const float* gain, const float* bias, int size, float epsilon, float* y) {
    const float* from = x + (long long)blockIdx.x * size;
    float* to = y + (long long)blockIdx.x * size;
    float sum = 0;
    for (int i = threadIdx.x; i < size; i += BLOCK) sum += from[i];
    float mean = block_sum(sum) / size;
    float squares = 0;
    for (int i = threadIdx.x; i < size; i += BLOCK) squares += (from[i] - mean) * (from[i] - mean);
    float factor = rsqrtf(block_sum(squares) / size + epsilon);
    for (int i = threadIdx.x; i < size; i += BLOCK) to[i] = (from[i] - mean) * factor * gain[i] + (bias ? bias[i] : 0.0f);
}
