// objects.cuh   the objects of a batch: their boxes, and the cells whose centers are inside them
//
// LISTED is the length of a warp's list of best anchors: at least TOP + 1, so that a close decision shows.
// Edges are computed in float with the same roundings as ImageObjects.java, because they are compared with centers at
// multiples of half a stride: an edge with another rounding adds or removes whole rows of anchors.
#pragma once
#include "detection/detection.cuh"

#define MARGIN 1e-9f

// The rectangle of cells of a level whose centers are inside an object.
struct Region {
    int left, top, width, count;
};

struct Object {
    int image;
    int label;
    bool valid;
    float edges[SIDES]; // for the inside test
    Box box; // pixels
};

DEVICE int objects_of(const Head& head) { return min(head.offsets[head.images], head.capacity); }

// Index of the first of count cells whose center is after the edge; in float, as in ImageObjects.java.
DEVICE int first_after(float edge, int stride, int count) {
    int cell = (int) fminf(fmaxf(floorf(edge / stride - 0.5f), 0.0f), (float) count);
    while (cell > 0 && __fsub_rn((cell - 0.5f) * stride, edge) > MARGIN) {
        cell--;
    }
    while (cell < count && !(__fsub_rn((cell + 0.5f) * stride, edge) > MARGIN)) {
        cell++;
    }
    return cell;
}

// Index after the last of count cells whose center is before the edge.
DEVICE int end_before(float edge, int stride, int count) {
    int cell = (int) fminf(fmaxf(ceilf(edge / stride - 0.5f), 0.0f), (float) count);
    while (cell < count && __fsub_rn(edge, (cell + 0.5f) * stride) > MARGIN) {
        cell++;
    }
    while (cell > 0 && !(__fsub_rn(edge, (cell - 0.5f) * stride) > MARGIN)) {
        cell--;
    }
    return cell;
}

// Rounded after each operation, as the reference does: no fma contraction.
DEVICE void widen(const Head& head, float low, float high, bool padding, float* edges) {
    float center = __fadd_rn(low, high) / 2;
    float side = __fsub_rn(high, low);
    if (side < head.stride[0]) {
        side = head.stride[min(1, head.levels - 1)];
    }
    edges[0] = padding ? __int_as_float(0x7f800000) : __fsub_rn(center, side / 2);
    edges[2] = padding ? __int_as_float(0xff800000) : __fadd_rn(center, side / 2);
}

// Computes an object and its regions, for the whole block. A label that is no class or a size below 0 is not valid: the
// CPU engine throws, this kernel makes the loss NaN.
DEVICE void look_up(const Head& head, int number, Object* object, Region* regions) {
    const float* row = head.targets + number * TARGET_COLUMNS;
    Edges box = edges_of(head, number);
    bool padding = !(__fadd_rn(__fadd_rn(__fadd_rn(box.left, box.top), box.right), box.bottom) > 0);
    float edges[SIDES];
    widen(head, box.left, box.right, padding, edges);
    widen(head, box.top, box.bottom, padding, edges + 1);
    if (threadIdx.x == 32) {
        int image = 0;
        for (int step = 1 << 30; step > 0; step /= 2) { // the last image that starts at or before the object
            if (step < head.images - image && head.offsets[image + step] <= number) {
                image += step;
            }
        }
        bool valid = row[0] >= 0 && row[0] < head.classes && row[3] >= 0 && row[4] >= 0 && box.x - box.x == 0
                && box.y - box.y == 0;
        object->image = image;
        object->label = valid ? (int) row[0] : 0;
        object->valid = valid;
        object->box = box_of(box.left, box.top, box.right, box.bottom);
        for (int side = 0; side < SIDES; side++) {
            object->edges[side] = edges[side];
        }
    }
    int level = threadIdx.x;
    if (level < head.levels) {
        int stride = head.stride[level];
        int first_column = first_after(edges[0], stride, head.width[level]);
        int first_row = first_after(edges[1], stride, head.height[level]);
        int columns = max(0, end_before(edges[2], stride, head.width[level]) - first_column);
        int rows = max(0, end_before(edges[3], stride, head.height[level]) - first_row);
        regions[level] = {first_column, first_row, columns, columns * rows};
    }
    __syncthreads();
}

DEVICE int cell_of(const Head& head, const Region& region, int level, int i) {
    int row = i / region.width;
    return (region.top + row) * head.width[level] + region.left + i - row * region.width;
}

DEVICE double power_of(double base, double exponent) {
    return exponent == 0.5 ? sqrt(base) : exponent == 6.0 ? base * base * base * (base * base * base)
            : pow(base, exponent);
}

// score^ALPHA overlap^BETA, rounded to float, so that it underflows to 0 where the reference does.
DEVICE float metric_of(float overlap, T logit) {
    if (overlap == 0) {
        return 0;
    }
    double score = 1 / (1 + exp(-(double) to_float(logit)));
    return (float) (power_of(score, ALPHA) * power_of(overlap, BETA));
}

// Bits of a non-negative number in the order of the numbers; NaN is largest.
DEVICE u32 ordered(float x) { return x != x ? 0x7fc00000u : __float_as_uint(x); }

// Key of an anchor of an image: keys are in the order of the metrics, equal ones in the inverted order of the anchors.
DEVICE u64 key_of(float metric, int anchor) { return (u64) ordered(metric) << 32 | ~(u32) anchor; }

DEVICE int anchor_of(u64 key) { return (int) ~(u32) key; }

// Inserts each lane's key into the warp's list, of which lane i holds the i-th largest. Keys are distinct, except 0 for
// none.
DEVICE u64 keep_best(u64 best, u64 key, int lane) {
    u32 better = __ballot_sync(ALL_LANES, key > __shfl_sync(ALL_LANES, best, LISTED - 1));
    while (better != 0) {
        u64 offered = __shfl_sync(ALL_LANES, key, __ffs(better) - 1);
        u64 above = __shfl_up_sync(ALL_LANES, best, 1);
        if (offered > best) {
            best = lane == 0 || above > offered ? offered : above;
        }
        better &= better - 1;
    }
    return best;
}

// The best keys of all warps of a block, returned in the first warp.
DEVICE u64 best_of_block(u64 best) {
    __shared__ u64 lists[WARPS * LISTED];
    int warp = threadIdx.x / 32;
    int lane = threadIdx.x % 32;
    if (lane < LISTED) {
        lists[warp * LISTED + lane] = best;
    }
    __syncthreads();
    best = 0;
    for (int i = lane; warp == 0 && i < WARPS * LISTED; i += 32) {
        best = keep_best(best, lists[i], lane);
    }
    return best;
}

// Overlap and metric of an anchor, decoded in double, returned in all lanes. Called by a whole warp.
DEVICE void measure(const Head& head, const Object& object, int level, int cell, int lane, float* overlap,
        float* metric) {
    i64 at = (i64) object.image * cells(head, level) + cell;
    Side side = read_side(head.box[level] + at * SIDES * BINS, lane);
    Box predicted = box_around(side, cell % head.width[level] + 0.5, cell / head.width[level] + 0.5,
            head.stride[level]);
    *overlap = overlap_of(object.box, predicted);
    *metric = metric_of(*overlap, head.cls[level][at * head.classes + object.label]);
}
