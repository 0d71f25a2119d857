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
