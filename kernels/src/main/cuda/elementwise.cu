// One number at a time.

extern "C" __global__ void swiglu(const float* gate, const float* up, long long n, float* y) {
    for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) {
        y[i] = gate[i] / (1.0f + expf(-gate[i])) * up[i];
    }
}

extern "C" __global__ void silu(const float* x, long long n, float* y) {
    for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) {
        y[i] = x[i] / (1.0f + expf(-x[i]));
    }
}

extern "C" __global__ void relu(const float* x, long long n, float* y) {
    for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) {
        y[i] = x[i] < 0.0f ? 0.0f : x[i];
    }
}

extern "C" __global__ void gelu(const float* x, long long n, float* y) {
    for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) {
        y[i] = x[i] * normcdff(x[i]);
    }
}

extern "C" __global__ void gelu_tanh(const float* x, long long n, float* y) {
    for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) {
        float inner = 0.7978845608f * (x[i] + 0.044715f * x[i] * x[i] * x[i]);
        y[i] = x[i] / (1.0f + expf(-2.0f * inner));   // (1 + tanh u) / 2 = 1 / (1 + exp(-2u))
    }
}

extern "C" __global__ void quick_gelu(const float* x, long long n, float* y) {
    for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) {
        y[i] = x[i] / (1.0f + expf(-1.702f * x[i]));
    }
}

extern "C" __global__ void add(const float* x, long long n, float* y) {
    for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) y[i] += x[i];
}
