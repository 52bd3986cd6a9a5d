// resolve.cu   task-aligned assignment, second half: owner and soft target of each anchor, and the normalizer
//
// formula     An anchor that one object claims belongs to it; an anchor that several objects claim belongs to the
//             object around it with the largest overlap. If KEEP < TOP, an object then drops all but its KEEP anchors
//             of largest metric. With overlap u and metric m, the soft target of an anchor is m * (largest u of the
//             object's anchors) / (largest m of them + 1e-9); their sum is the normalizer
// shapes      as assign.cu, which runs before; owners u64[rows]: bits of the soft target << 32 | object,
//             written for claimed anchors only
// types       T: f32, f16, bf16. Boxes are recomputed in double, so that soft targets are correctly rounded
// launch      one block of 256 threads per object, for the capacity of targets. A warp tests 32 anchors inside the
//             object, then processes those that belong to it one by one. The last block to finish sums the normalizer
// order       sums by lane, warp and object, the same in every run
// traffic     8 to 16 bytes for each anchor inside each object, and the box logits of claimed anchors
// reference   cpu/detect/TaskAlignedAssigner, graph/reference/ReferenceAssigner
#include "detection/objects.cuh"

#define METRIC_EPSILON 1e-9

DEVICE bool owns(const Head& head, int number, int row) {
    u64 claims = *(const volatile u64*) (head.claims + row); // one read: the owner may clear it meanwhile
    u32 owner = claims >> 32 == 1 ? (u32) claims : ~(u32) head.closest[row];
    return claims != 0 && owner == (u32) number;
}

// Maximum over the warps of a block; NaN is largest.
DEVICE float block_most(float x) {
    __shared__ float largest[WARPS];
    __syncthreads();
    if (threadIdx.x % 32 == 0) {
        largest[threadIdx.x / 32] = x;
    }
    __syncthreads();
    for (int warp = 0; warp < WARPS; warp++) {
        x = most(x, largest[warp]);
    }
    return x;
}

// Stores the metrics of the object's anchors in the upper halves of their owners, and lists the best ones.
DEVICE void measure_all(const Head& head, const Object& object, const Region* regions, int number, float* overlap,
        float* metric, u64* best) {
    u64* owners = (u64*) head.sides;
    int lane = threadIdx.x % 32;
    for (int level = 0; level < head.levels; level++) {
        Region region = regions[level];
        for (int first = threadIdx.x - lane; first < region.count; first += THREADS) {
            int cell = first + lane < region.count ? cell_of(head, region, level, first + lane) : -1;
            bool own = cell >= 0 && owns(head, number, row_of(head, level, object.image, cell));
            u32 hits = __ballot_sync(ALL_LANES, own);
            for (; hits != 0; hits &= hits - 1) {
                int hit = __shfl_sync(ALL_LANES, cell, __ffs(hits) - 1);
                float its_overlap;
                float its_metric;
                measure(head, object, level, hit, lane, &its_overlap, &its_metric);
                *overlap = most(*overlap, its_overlap);
                *metric = most(*metric, its_metric);
                if (KEEP < TOP) {
                    u64 key = key_of(its_metric, head.start[level] + hit);
                    *best = keep_best(*best, lane == 0 ? key : 0, lane);
                }
                if (lane == 0) {
                    owners[row_of(head, level, object.image, hit)] =
                            (u64) __float_as_uint(its_metric) << 32 | (u32) number;
                }
            }
        }
    }
}

// Drops all of the object's anchors but the KEEP best, whose largest overlap and metric it returns in all threads. No
// other object owns these anchors, with or without their claims.
DEVICE void drop_others(const Head& head, const Object& object, const Region* regions, int number, u64 best,
        float* overlap, float* metric) {
    __shared__ u64 kept[KEEP];
    __shared__ float largest[2];
    int lane = threadIdx.x % 32;
    best = best_of_block(best);
    if (threadIdx.x < 32) {
        float most_overlap = 0;
        float most_metric = 0;
        for (int i = 0; i < KEEP; i++) {
            u64 key = __shfl_sync(ALL_LANES, best, i);
            if (key != 0) {
                int level = level_of(head, anchor_of(key));
                float its_overlap;
                float its_metric;
                measure(head, object, level, anchor_of(key) - head.start[level], lane, &its_overlap, &its_metric);
                most_overlap = most(most_overlap, its_overlap);
                most_metric = most(most_metric, its_metric);
            }
            if (lane == 0) {
                kept[i] = key;
            }
        }
        if (lane == 0) {
            largest[0] = most_overlap;
            largest[1] = most_metric;
        }
    }
    __syncthreads();
    *overlap = largest[0];
    *metric = largest[1];
    for (int level = 0; level < head.levels; level++) {
        Region region = regions[level];
        for (int i = threadIdx.x; i < region.count; i += THREADS) {
            int cell = cell_of(head, region, level, i);
            int row = row_of(head, level, object.image, cell);
            bool stays = false;
            for (int k = 0; k < KEEP; k++) {
                stays = stays || kept[k] != 0 && anchor_of(kept[k]) == head.start[level] + cell;
            }
            if (!stays && owns(head, number, row)) {
                head.claims[row] = 0;
            }
        }
    }
}

// Converts metrics to soft targets; returns the thread's share of their sum.
DEVICE double weigh(const Head& head, const Object& object, const Region* regions, int number, float overlap,
        float metric) {
    u64* owners = (u64*) head.sides;
    double sum = 0;
    for (int level = 0; level < head.levels; level++) {
        Region region = regions[level];
        for (int i = threadIdx.x; i < region.count; i += THREADS) {
            int row = row_of(head, level, object.image, cell_of(head, region, level, i));
            if (owns(head, number, row)) {
                float own = __uint_as_float((u32) (owners[row] >> 32));
                double weight = __fmul_rn(own, overlap) / (metric + METRIC_EPSILON);
                owners[row] = (u64) __float_as_uint((float) weight) << 32 | (u32) number;
                sum += weight;
            }
        }
    }
    return sum;
}

KERNEL resolve_claims(const __grid_constant__ Head head) {
    __shared__ Object object;
    __shared__ Region regions[MAX_LEVELS];
    int number = blockIdx.x;
    int objects = objects_of(head);
    if (number >= objects) {
        return;
    }
    look_up(head, number, &object, regions);
    float overlap = 0;
    float metric = 0;
    u64 best = 0;
    measure_all(head, object, regions, number, &overlap, &metric, &best);
    if (KEEP < TOP) {
        drop_others(head, object, regions, number, best, &overlap, &metric);
    }
    overlap = block_most(overlap);
    metric = block_most(metric);
    double sum = block_sum(weigh(head, object, regions, number, overlap, metric));
    if (threadIdx.x == 0) {
        head.weights[number] = object.valid ? sum : __longlong_as_double(0x7ff8000000000000);
    }
    if (last_block(head.finished, objects)) {
        double total = sum_of(head.weights, objects);
        if (threadIdx.x == 0) {
            *head.normalizer = total;
        }
    }
}

// The assignment as results, for a loss of several ranks. One thread per row.
KERNEL store_assignment(const __grid_constant__ Head head) {
    int row = blockIdx.x * THREADS + threadIdx.x;
    if (row == 0) {
        head.sums[0] = (float) *head.normalizer;
        head.sums[1] = head.images;
    }
    if (row < head.images * head.start[head.levels]) {
        bool positive = head.claims[row] != 0;
        u64 owner = ((const u64*) head.sides)[row];
        head.objects[row] = positive ? (int) owner : -1;
        head.soft_targets[row] = positive ? __uint_as_float((u32) (owner >> 32)) : 0;
    }
}
