// detection.cuh   shared by the kernels of the detection head: argument structure, softmax of a side, CIoU
//
// Blocks have THREADS threads.
// Anchors are numbered within an image: level by level, then cell by cell in row-major order. The workspace is indexed
// by rows instead: level by level, then image by image, then cell by cell. The rows of a level are in the order of its
// logits, so that a warp can take any 32 consecutive rows, even of two images.
#pragma once
#include "reduce.cuh"
#include "step_scalars.cuh"

#define MAX_LEVELS 8 // DetectionHead.java has the reason and checks it
#define SIDES 4
#define LANES_A_SIDE 8
#define BINS_A_LANE ((BINS + LANES_A_SIDE - 1) / LANES_A_SIDE)
#define WARPS (THREADS / 32)
#define TARGET_COLUMNS 5
#define IOU_EPSILON 1e-7
#define ASPECT_FACTOR 0.40528473456935108578 // 4 / pi^2

// The fields are written by DetectionHead.java. Logits and gradients are packed, [images, height, width, channels]; a
// gradient may be in place of its logits.
struct Head {
    T* box[MAX_LEVELS];
    T* cls[MAX_LEVELS];
    T* box_gradient[MAX_LEVELS];
    T* cls_gradient[MAX_LEVELS];
    const float* targets; // [capacity, 5]: class, cx, cy, w, h
    const int* offsets; // [images + 1]
    const float* scalars; // [12], in the order of StepScalar
    float* out; // items [3], or predictions
    float4* sides; // [rows] distances in stride units; after the assignment, [rows] owners (u64)
    float* angles; // [rows] atan(width / height)
    u64* claims; // [rows] number of objects that claim it << 32 | sum of their indices
    u64* closest; // [rows] largest overlap << 32 | ~index of the object that has it
    double* weights; // [capacity] sum of an object's soft targets
    double* partials; // [3, blocks of 8 warps of 32 rows] sums of box, distribution, class
    double* normalizer; // [1] sum of the soft targets
    u32* finished; // [2] number of blocks that have finished
    int* objects; // [rows] the assignment of several ranks: object of each anchor, or -1
    float* soft_targets; // [rows]
    float* sums; // [2] sum of the soft targets, number of images; summed over ranks before the loss
    double box_gain;
    double cls_gain;
    double dfl_gain;
    double weight; // of the branch, if it is fixed
    int stride[MAX_LEVELS];
    int height[MAX_LEVELS];
    int width[MAX_LEVELS];
    int start[MAX_LEVELS + 1]; // first anchor of each level, and the number of anchors
    int levels;
    int images;
    int classes;
    int capacity;
    int gradients; // whether gradients are computed
    int weight_scalar; // position of the branch's weight among the scalars; -1 if it is fixed
};

// Left, top, right, bottom, and atan(width / height), which is expensive and therefore stored.
struct Box {
    double left, top, right, bottom, angle;
};

// Unlike fmax and fmin, these propagate NaN, as Java's do: a diverged prediction must make the loss NaN.
template <typename N> DEVICE N most(N a, N b) { return a > b || a != a ? a : b; }
template <typename N> DEVICE N least(N a, N b) { return a < b || a != a ? a : b; }

DEVICE int cells(const Head& head, int level) { return head.height[level] * head.width[level]; }

DEVICE int row_of(const Head& head, int level, int image, int cell) {
    return head.images * head.start[level] + image * cells(head, level) + cell;
}

// Factor of the gradients: loss scale times weight of the branch.
DEVICE double loss_scale_of(const Head& head) {
    double weight = head.weight_scalar < 0 ? head.weight : head.scalars[head.weight_scalar];
    return head.scalars[LOSS_SCALE] * weight;
}

// The loss of several ranks is compiled with ASSIGNED: its assignment is an operand, and it counts the images of all.
#if ASSIGNED
DEVICE double soft_targets_of(const Head& head) { return head.sums[0]; }
DEVICE double images_of(const Head& head) { return head.sums[1]; }
DEVICE bool is_positive(const Head& head, int row) { return head.objects[row] >= 0; }
DEVICE u64 owner_of(const Head& head, int row) {
    return (u64) __float_as_uint(head.soft_targets[row]) << 32 | (u32) head.objects[row];
}
#else
DEVICE double soft_targets_of(const Head& head) { return *head.normalizer; }
DEVICE double images_of(const Head& head) { return head.images; }
DEVICE bool is_positive(const Head& head, int row) { return head.claims[row] != 0; }
DEVICE u64 owner_of(const Head& head, int row) { return ((const u64*) head.sides)[row]; }
#endif

DEVICE double normalizer_of(const Head& head) { return most(1.0, soft_targets_of(head)); }

DEVICE int level_of(const Head& head, int anchor) {
    int level = 0;
    while (anchor >= head.start[level + 1]) {
        level++;
    }
    return level;
}

// 32 rows of one level, processed by a warp.
struct Tile {
    int level;
    int first; // row within the level
    int rows;
};

// rows is 0 after the last tile.
DEVICE Tile tile_of(const Head& head, int number) {
    for (int level = 0; level < head.levels; level++) {
        int rows = head.images * cells(head, level);
        int tiles = (rows + 31) / 32;
        if (number < tiles) {
            return {level, 32 * number, min(32, rows - 32 * number)};
        }
        number -= tiles;
    }
    return {0, 0, 0};
}

DEVICE bool aligned(const void* p) { return ((u64) p & 15) == 0; }

// Whether all other blocks have already called this. Thread 0 must have written the block's result.
DEVICE bool last_block(u32* finished, u32 blocks) {
    __shared__ bool last;
    if (threadIdx.x == 0) {
        __threadfence();
        last = atomicAdd(finished, 1u) == blocks - 1;
        __threadfence();
    }
    __syncthreads();
    return last;
}

// The expectation of the softmax of a side's logits, or its one logit, computed by one thread.
DEVICE float distance_of(const T* logits, bool vectorized) {
    float x[BINS];
    if (BINS % LANES == 0 && vectorized) {
#pragma unroll
        for (int i = 0; i < BINS; i += LANES) {
            *reinterpret_cast<Vec<float, LANES>*>(x + i) = load_floats<LANES>(logits + i);
        }
    } else {
#pragma unroll
        for (int i = 0; i < BINS; i++) {
            x[i] = to_float(logits[i]);
        }
    }
    float largest = x[0];
#pragma unroll
    for (int i = 1; i < BINS; i++) {
        largest = fmaxf(largest, x[i]);
    }
    float sum = 0;
    float weighted = 0;
#pragma unroll
    for (int i = 0; i < BINS; i++) {
        float e = expf(x[i] - largest);
        sum += e;
        weighted += i * e;
    }
    return BINS == 1 ? x[0] : weighted / sum;
}

// A lane's share of an anchor's four softmaxes: lane 8 s + k has bins k, k + 8, ... of side s.
struct Side {
    float logits[BINS_A_LANE];
    double probabilities[BINS_A_LANE];
    double distance; // of the lane's side
    double log_sum;
};

// Called by a whole warp. With one bin the logit is the distance.
DEVICE Side read_side(const T* logits, int lane) {
    Side it;
    int part = lane % LANES_A_SIDE;
    const T* own = logits + lane / LANES_A_SIDE * BINS;
    if (BINS == 1) {
        it.logits[0] = to_float(own[0]);
        it.probabilities[0] = 1;
        it.distance = it.logits[0];
        it.log_sum = 0;
        return it;
    }
    float largest = -3.402823466e38f;
#pragma unroll
    for (int i = 0; i < BINS_A_LANE; i++) {
        int bin = part + i * LANES_A_SIDE;
        it.logits[i] = bin < BINS ? to_float(own[bin]) : 0;
        largest = bin < BINS ? fmaxf(largest, it.logits[i]) : largest;
    }
#pragma unroll
    for (int offset = LANES_A_SIDE / 2; offset > 0; offset /= 2) {
        largest = fmaxf(largest, __shfl_xor_sync(ALL_LANES, largest, offset));
    }
    double sum = 0;
    double weighted = 0;
#pragma unroll
    for (int i = 0; i < BINS_A_LANE; i++) {
        int bin = part + i * LANES_A_SIDE;
        it.probabilities[i] = bin < BINS ? exp((double) it.logits[i] - largest) : 0;
        sum += it.probabilities[i];
        weighted += bin * it.probabilities[i];
    }
#pragma unroll
    for (int offset = LANES_A_SIDE / 2; offset > 0; offset /= 2) {
        sum += __shfl_xor_sync(ALL_LANES, sum, offset);
        weighted += __shfl_xor_sync(ALL_LANES, weighted, offset);
    }
#pragma unroll
    for (int i = 0; i < BINS_A_LANE; i++) {
        it.probabilities[i] /= sum;
    }
    it.distance = weighted / sum;
    it.log_sum = largest + log(sum);
    return it;
}

DEVICE Box box_of(double left, double top, double right, double bottom) {
    return {left, top, right, bottom, atan((right - left) / (bottom - top + IOU_EPSILON))};
}

// Center and edges of an object in pixels, rounded after each operation as in ImageObjects.java.
struct Edges {
    float x, y, left, top, right, bottom;
};

DEVICE Edges edges_of(const Head& head, int object) {
    const float* target = head.targets + (i64) object * TARGET_COLUMNS;
    float width = head.width[0] * head.stride[0];
    float height = head.height[0] * head.stride[0];
    float x = __fmul_rn(target[1], width);
    float y = __fmul_rn(target[2], height);
    float half_width = __fmul_rn(target[3], width) / 2;
    float half_height = __fmul_rn(target[4], height) / 2;
    return {x, y, __fsub_rn(x, half_width), __fsub_rn(y, half_height), __fadd_rn(x, half_width),
        __fadd_rn(y, half_height)};
}

// The box around a point in stride units, multiplied by scale.
DEVICE Box box_around(const Side& side, double x, double y, double scale) {
    double left = __shfl_sync(ALL_LANES, side.distance, 0);
    double top = __shfl_sync(ALL_LANES, side.distance, LANES_A_SIDE);
    double right = __shfl_sync(ALL_LANES, side.distance, 2 * LANES_A_SIDE);
    double bottom = __shfl_sync(ALL_LANES, side.distance, 3 * LANES_A_SIDE);
    return box_of((x - left) * scale, (y - top) * scale, (x + right) * scale, (y + bottom) * scale);
}

// Complete IoU of two boxes, as in CompleteIou.java, and the terms that its gradient needs.
struct Iou {
    double intersection, joint, distance, diagonal, weight, value;
};

// The value is computed only if the boxes intersect, unless always is set.
DEVICE Iou complete_iou(const Box& a, const Box& b, bool always) {
    Iou it;
    double width = most(0.0, least(a.right, b.right) - most(a.left, b.left));
    double height = most(0.0, least(a.bottom, b.bottom) - most(a.top, b.top));
    it.intersection = width * height;
    it.value = 0;
    if (it.intersection <= 0 && !always) {
        return it;
    }
    it.joint = (a.right - a.left) * (a.bottom - a.top + IOU_EPSILON)
            + (b.right - b.left) * (b.bottom - b.top + IOU_EPSILON) - it.intersection + IOU_EPSILON;
    double x = a.left + a.right - b.left - b.right;
    double y = a.top + a.bottom - b.top - b.bottom;
    it.distance = (x * x + y * y) / 4;
    double hull_width = most(a.right, b.right) - least(a.left, b.left);
    double hull_height = most(a.bottom, b.bottom) - least(a.top, b.top);
    it.diagonal = hull_width * hull_width + hull_height * hull_height + IOU_EPSILON;
    double angle = a.angle - b.angle;
    double aspect = ASPECT_FACTOR * angle * angle;
    double iou = it.intersection / it.joint;
    it.weight = aspect / (aspect - iou + 1 + IOU_EPSILON);
    it.value = iou - it.distance / it.diagonal - it.weight * aspect;
    return it;
}

// At least 0. Rounded to float, because the assignment compares floats.
DEVICE float overlap_of(const Box& a, const Box& b) { return (float) most(0.0, complete_iou(a, b, false).value); }
