// Simulated quantization.

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
