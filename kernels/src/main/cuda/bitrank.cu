// BitRank's CUDA kernels: plain and correct first. Compiled by NVRTC for the GPU at hand; no headers are needed.
// Matrices are row-major float32 unless said otherwise; one block works on one row where rows are independent.

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

extern "C" __global__ void add(const float* x, long long n, float* y) {
    for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) y[i] += x[i];
}

extern "C" __global__ void add_bias(const float* bias, int columns, float* y) {
    float* row = y + (long long)blockIdx.x * columns;
    for (int i = threadIdx.x; i < columns; i += blockDim.x) row[i] += bias[i];
}

// One block a query and head, online softmax over tiles of BLOCK keys, so memory does not grow with the keys.
// runs: 5 ints each: query start, query count, key count, first span, spans. spans: start and length in turn.
// slopes: what each place between query and key takes from the score, one a head, or null. causal: no key behind the query.
extern "C" __global__ void attention(
        const float* q, const float* k, const float* v, const int* run_of_query, const int* query_rows, const int* runs,
        const int* spans, const float* slopes, int heads, int key_heads, int head_size, float scale, int window, int causal,
        float* y) {
    extern __shared__ float shared[];
    float* query = shared;                  // head_size
    float* weights = query + head_size;     // BLOCK
    int* slots = (int*)(weights + BLOCK);   // BLOCK
    int row = query_rows[blockIdx.x];
    int head = blockIdx.y;
    int key_head = head / (heads / key_heads);
    const int* run = runs + 5 * run_of_query[blockIdx.x];
    int position = run[2] - run[1] + (row - run[0]);
    int first = window > 0 ? max(0, position - window + 1) : 0;
    int last = causal ? position : run[2] - 1;

    const float* from = q + ((long long)row * heads + head) * head_size;
    for (int i = threadIdx.x; i < head_size; i += BLOCK) query[i] = from[i] * scale;
    __syncthreads();

    float largest = -INFINITY, total = 0;
    float accumulated[4] = {0, 0, 0, 0};    // dimensions threadIdx.x, + BLOCK, ...: head sizes up to 1024
    for (int base = first; base <= last; base += BLOCK) {
        int key = base + threadIdx.x;
        float score = -INFINITY;
        if (key <= last) {
            int offset = key, span = run[3];
            while (offset >= spans[2 * span + 1]) {
                offset -= spans[2 * span + 1];
                span++;
            }
            int slot = spans[2 * span] + offset;
            slots[threadIdx.x] = slot;
            const float* keys = k + ((long long)slot * key_heads + key_head) * head_size;
            score = 0;
            for (int i = 0; i < head_size; i++) score += query[i] * keys[i];
            if (slopes) score -= slopes[head] * (position - key);
        }
        float tile_largest = fmaxf(largest, block_max(score));
        float correction = expf(largest - tile_largest);
        float weight = key <= last ? expf(score - tile_largest) : 0.0f;
        weights[threadIdx.x] = weight;
        total = total * correction + block_sum(weight);
        largest = tile_largest;
        int count = min(BLOCK, last - base + 1);
        for (int part = 0; part < 4; part++) {
            int dimension = threadIdx.x + part * BLOCK;
            if (dimension < head_size) {
                float sum = accumulated[part] * correction;
                for (int i = 0; i < count; i++) {
                    sum += weights[i] * v[((long long)slots[i] * key_heads + key_head) * head_size + dimension];
                }
                accumulated[part] = sum;
            }
        }
        __syncthreads();
    }
    float* to = y + ((long long)row * heads + head) * head_size;
    for (int part = 0; part < 4; part++) {
        int dimension = threadIdx.x + part * BLOCK;
        if (dimension < head_size) to[dimension] = accumulated[part] / total;
    }
}

// log(sum(exp(row))) in a way that does not overflow, and the index of the largest value (lowest among equals).
static __device__ float log_sum_exp(const float* row, int n, int* argmax) {
    float largest = -INFINITY;
    for (int i = threadIdx.x; i < n; i += BLOCK) largest = fmaxf(largest, row[i]);
    largest = block_max(largest);
    int where = n;
    float sum = 0;
    for (int i = threadIdx.x; i < n; i += BLOCK) {
        sum += expf(row[i] - largest);
        if (row[i] == largest) where = min(where, i);
    }
    *argmax = block_min(where);
    return largest + logf(block_sum(sum));
}

extern "C" __global__ void target_log_probs(const float* logits, int vocabulary, const int* targets, float* log_probs, int* argmax) {
    const float* row = logits + (long long)blockIdx.x * vocabulary;
    int where;
    float normaliser = log_sum_exp(row, vocabulary, &where);
    if (threadIdx.x == 0) {
        log_probs[blockIdx.x] = row[targets[blockIdx.x]] - normaliser;
        argmax[blockIdx.x] = where;
    }
}

#define TOP 5

// The largest values' places, lowest first among equals; n where there are fewer.
static __device__ void top_tokens(const float* row, int n, int* tokens) {
    float value = INFINITY;
    int where = -1;
    for (int place = 0; place < TOP; place++) {
        float largest = -INFINITY;
        for (int i = threadIdx.x; i < n; i += BLOCK) {
            if (row[i] < value || (row[i] == value && i > where)) largest = fmaxf(largest, row[i]);
        }
        largest = block_max(largest);
        int next = n;
        for (int i = threadIdx.x; i < n; i += BLOCK) {
            if (row[i] == largest && (largest < value || i > where)) next = min(next, i);
        }
        where = block_min(next);
        value = largest;
        tokens[place] = where;
    }
}

extern "C" __global__ void compare_distributions(
        const float* base_logits, const float* logits, int vocabulary, const int* targets, float* log_probs, int* argmax,
        float* base_log_probs, int* base_argmax, float* divergence, int* top_shared) {
    const float* base_row = base_logits + (long long)blockIdx.x * vocabulary;
    const float* row = logits + (long long)blockIdx.x * vocabulary;
    int where, base_where;
    float normaliser = log_sum_exp(row, vocabulary, &where);
    float base_normaliser = log_sum_exp(base_row, vocabulary, &base_where);
    float sum = 0;
    for (int i = threadIdx.x; i < vocabulary; i += BLOCK) {
        float base_log_prob = base_row[i] - base_normaliser;
        sum += expf(base_log_prob) * (base_log_prob - (row[i] - normaliser));
    }
    sum = block_sum(sum);
    int top[TOP], base_top[TOP];
    top_tokens(row, vocabulary, top);
    top_tokens(base_row, vocabulary, base_top);
    if (threadIdx.x == 0) {
        int target = targets[blockIdx.x];
        int shared = 0;
        for (int i = 0; i < TOP; i++) {
            for (int j = 0; j < TOP; j++) shared += top[i] < vocabulary && top[i] == base_top[j];
        }
        top_shared[blockIdx.x] = shared;
        log_probs[blockIdx.x] = row[target] - normaliser;
        argmax[blockIdx.x] = where;
        base_log_probs[blockIdx.x] = base_row[target] - base_normaliser;
        base_argmax[blockIdx.x] = base_where;
        divergence[blockIdx.x] = sum;
    }
}

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

// Float8 E4M3 nearest to a number from 0 up, ties to the even mantissa.
static __device__ float round_e4m3(float value) {
    float clamped = fminf(value, 448.0f);
    int unit = max(clamped > 0.0f ? ilogbf(clamped) : -6, -6) - 3;
    return scalbnf(rintf(scalbnf(clamped, -unit)), unit);
}

// grid (rows, groups of a row). levels: bounds, then values; scales null: found from the group's range.
extern "C" __global__ void fake_quantize(
        const float* x, int columns, int group, int lowest, int highest, int symmetric, float clip, float outlier, float global,
        const float* levels, int level_count, const float* scales, int scale_step, const float* zeros, float* y) {
    int from = blockIdx.y * group;
    int to = min(columns, from + group);
    const float* source = x + (long long)blockIdx.x * columns;
    float* target = y + (long long)blockIdx.x * columns;
    float scale = 0.0f, zero = 0.0f;
    if (!scales) {
        float low = 0.0f, high = 0.0f;
        for (int i = from + threadIdx.x; i < to; i += BLOCK) {
            float value = source[i];
            if (fabsf(value) < outlier) {
                low = fminf(low, value);
                high = fmaxf(high, value);
            }
        }
        low = -block_max(-low);
        high = block_max(high);
        if (symmetric) {
            scale = __fmul_rn(clip, fmaxf(-low, high)) / (levels ? levels[2 * level_count - 1] : (float)highest);
            if (global != 0.0f) scale = round_e4m3(__fmul_rn(global, scale)) / global;
        } else {
            low = __fmul_rn(clip, low);
            scale = __fsub_rn(__fmul_rn(clip, high), low) / (float)highest;
            zero = scale == 0.0f ? 0.0f : rintf(-low / scale);
        }
    }
    for (int i = from + threadIdx.x; i < to; i += BLOCK) {
        if (scales) {
            scale = scales[scale_step * i];
            zero = zeros ? zeros[scale_step * i] : 0.0f;
        }
        float value = source[i];
        if (fabsf(value) < outlier) {
            if (scale == 0.0f) {
                value = 0.0f;
            } else if (levels) {
                float magnitude = fabsf(value / scale);
                int low = 0, high = level_count;
                while (high - low > 1) {
                    int middle = (low + high) / 2;
                    if (magnitude >= levels[middle]) low = middle; else high = middle;
                }
                value = copysignf(levels[level_count + low] * scale, value);
            } else {
                value = rintf(fmaxf((float)lowest - zero, fminf((float)highest - zero, value / scale))) * scale;
            }
        }
        target[i] = value;
    }
}

// grid (rows, runs of order * stride columns), in place: butterflies over the power of two, then the base matrix [size, size].
extern "C" __global__ void hadamard(float* x, int columns, const float* base, int size, int order, int stride) {
    float* run = x + (long long)blockIdx.x * columns + (long long)blockIdx.y * order * stride;
    int part = order / size * stride;
    for (int span = stride; span < part; span *= 2) {
        for (int pair = threadIdx.x; pair < size * part / 2; pair += BLOCK) {
            int a = pair / span * 2 * span + pair % span;
            float left = run[a], right = run[a + span];
            run[a] = left + right;
            run[a + span] = left - right;
        }
        __syncthreads();
    }
    float factor = rsqrtf((float)order);
    for (int i = threadIdx.x; i < part; i += BLOCK) {
        float column[BLOCK];
        for (int k = 0; k < size; k++) column[k] = run[k * part + i];
        for (int k = 0; k < size; k++) {
            float sum = 0.0f;
            for (int j = 0; j < size; j++) sum += column[j] * base[k * size + j];
            run[k * part + i] = sum * factor;
        }
    }
}
