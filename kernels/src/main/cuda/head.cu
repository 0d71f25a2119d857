// The language-model head, from logits on.

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
