// On the way to cuSOLVER's float64 and back.

extern "C" __global__ void to_double(const float* x, long long n, double* y) {
    for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) y[i] = x[i];
}

// The upper triangle (row-major) back to float32, zeros below it.
extern "C" __global__ void upper_to_float(const double* x, int n, float* y) {
    long long row = blockIdx.x;
    for (int column = threadIdx.x; column < n; column += blockDim.x) {
        y[row * n + column] = column < row ? 0.0f : (float)x[row * n + column];
    }
}
