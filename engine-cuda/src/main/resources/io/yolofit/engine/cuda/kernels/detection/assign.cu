// assign.cu   task-aligned assignment (TOOD, Feng et al. 2021), first half: the anchors that an object
//             claims; resolve.cu is the second half
//
// formula     Object g and anchor a inside it: overlap u = max(0, CIoU), metric m = score^ALPHA u^BETA. Each object
//             claims its TOP anchors of largest m (ties: lowest anchor number; remaining slots go to the
//             lowest-numbered anchors of metric 0, which count if they are inside). In addition, every anchor records
//             the object around it with the largest overlap (ties: first object)
// shapes      per level box logits [N,H,W,4*BINS] and class logits [N,H,W,classes]; targets f32[capacity,5],
//             offsets i32[N+1]; the workspace is linear in anchors plus objects
// types       T: f32, f16, bf16. Distances are float; boxes, overlaps and metrics are double, rounded to float for
//             comparisons. If that leaves the last place undecided, the close anchors are decoded again in double
// launch      decode_sides: 4 threads per anchor. assign: one block of 256 threads per object, for the capacity of
//             targets; blocks after the last object exit at once. A warp keeps its sixteen best anchors in its lanes
// order       atomics combine integers only: counts, and maxima of keys (overlap bits, inverted object index)
// traffic     box logits once, 36 bytes of workspace per anchor; then 32 bytes for each anchor inside each object
// reference   cpu/detect/TaskAlignedAssigner and ImageObjects, graph/reference/ReferenceAssigner
#include "detection/objects.cuh"

#define CLOSE 1e-5f // relative difference below which float distances do not order metrics reliably

// One thread per side; the first three threads of an anchor also initialize its workspace.
KERNEL decode_sides(const __grid_constant__ Head head) {
    int thread = blockIdx.x * THREADS + threadIdx.x;
    if (thread == 0) {
        *head.normalizer = 0;
        head.finished[0] = 0;
        head.finished[1] = 0;
    }
    int row = thread / SIDES;
    int side = thread % SIDES;
    bool there = row < head.images * head.start[head.levels];
    int level = there ? level_of(head, row / head.images) : 0;
    float distance = 0;
    if (there) {
        i64 at = ((i64) (row - head.images * head.start[level]) * SIDES + side) * BINS;
        distance = distance_of(head.box[level] + at, aligned(head.box[level]));
        ((float*) head.sides)[thread] = distance;
    }
    float across = __shfl_xor_sync(ALL_LANES, distance, 2);
    float stride = head.stride[level];
    float size = (distance + across) * stride; // width in sides 0 and 2, height in 1 and 3
    float height = __shfl_xor_sync(ALL_LANES, size, 1);
    if (there && side == 0) {
        head.angles[row] = atanf(size / (height + (float) IOU_EPSILON));
    }
    if (there && side == 1) {
        head.claims[row] = 0;
    }
    if (there && side == 2) {
        head.closest[row] = 0;
    }
}

// Updates an anchor's closest object; returns the anchor's key for the object's list.
DEVICE u64 visit(const Head& head, const Object& object, int number, int level, int cell) {
    int row = row_of(head, level, object.image, cell);
    float4 sides = head.sides[row];
    double stride = head.stride[level];
    double x = cell % head.width[level] + 0.5;
    double y = cell / head.width[level] + 0.5;
    Box predicted = {(x - sides.x) * stride, (y - sides.y) * stride, (x + sides.z) * stride, (y + sides.w) * stride,
        head.angles[row]};
    float overlap = overlap_of(object.box, predicted);
    atomicMax(head.closest + row, (u64) ordered(overlap) << 32 | ~(u32) number);
    i64 at = ((i64) row - head.images * head.start[level]) * head.classes + object.label;
    float metric = overlap == 0 ? 0 : metric_of(overlap, head.cls[level][at]);
    return metric == 0 ? 0 : key_of(metric, head.start[level] + cell);
}

// If the last place of a list is decided by too little, the entries around it are recomputed in double.
DEVICE u64 refine(const Head& head, const Object& object, u64 best, int lane) {
    float metric = __uint_as_float((u32) (best >> 32));
    float last = __shfl_sync(ALL_LANES, metric, TOP - 1);
    if (!(__shfl_sync(ALL_LANES, metric, TOP) >= last * (1 - CLOSE) && last > 0)) {
        return best;
    }
    bool close = lane < LISTED && fabsf(metric - last) <= last * CLOSE;
    for (u32 left = __ballot_sync(ALL_LANES, close); left != 0; left &= left - 1) {
        int from = __ffs(left) - 1;
        int anchor = anchor_of(__shfl_sync(ALL_LANES, best, from));
        int level = level_of(head, anchor);
        float overlap;
        measure(head, object, level, anchor - head.start[level], lane, &overlap, &metric);
        if (lane == from) {
            best = metric == 0 ? 0 : key_of(metric, anchor);
        }
    }
    return keep_best(0, lane < LISTED ? best : 0, lane);
}

DEVICE void claim(const Head& head, const Object& object, int number, int level, int anchor) {
    int row = row_of(head, level, object.image, anchor - head.start[level]);
    atomicAdd(head.claims + row, 1ull << 32 | (u32) number);
}

// Claims the anchors of the warp's list. Remaining slots go to the first anchors that are not in it, if they are
// inside: at most 2 TOP - 1 anchors are candidates, so that each lane tests one.
DEVICE void claim_all(const Head& head, const Object& object, const Region* regions, int number, u64 best, int lane) {
    bool listed = lane < TOP && best != 0;
    if (listed) {
        int anchor = anchor_of(best);
        claim(head, object, number, level_of(head, anchor), anchor);
    }
    int places = TOP - __popc(__ballot_sync(ALL_LANES, listed));
    bool free = lane < head.start[head.levels];
    for (int i = 0; i < TOP; i++) {
        u64 other = __shfl_sync(ALL_LANES, best, i);
        free = free && (other == 0 || anchor_of(other) != lane);
    }
    u32 before = __ballot_sync(ALL_LANES, free) & ((1u << lane) - 1);
    if (free && __popc(before) < places) {
        int level = level_of(head, lane);
        int column = (lane - head.start[level]) % head.width[level] - regions[level].left;
        int row = (lane - head.start[level]) / head.width[level] - regions[level].top;
        if (column >= 0 && column < regions[level].width && row >= 0
                && row * regions[level].width < regions[level].count) {
            claim(head, object, number, level, lane);
        }
    }
}

KERNEL assign(const __grid_constant__ Head head) {
    __shared__ Object object;
    __shared__ Region regions[MAX_LEVELS];
    int number = blockIdx.x;
    if (number >= objects_of(head)) {
        return;
    }
    look_up(head, number, &object, regions);
    int warp = threadIdx.x / 32;
    int lane = threadIdx.x % 32;
    u64 best = 0;
    for (int level = 0; level < head.levels; level++) {
        Region region = regions[level];
        for (int first = 32 * warp; first < region.count; first += THREADS) {
            u64 key = 0;
            if (first + lane < region.count) {
                key = visit(head, object, number, level, cell_of(head, region, level, first + lane));
            }
            best = keep_best(best, key, lane);
        }
    }
    best = best_of_block(best);
    if (warp == 0) {
        best = refine(head, object, best, lane);
        claim_all(head, object, regions, number, best, lane);
    }
}
