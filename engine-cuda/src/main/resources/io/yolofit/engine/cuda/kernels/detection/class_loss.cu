// class_loss.cu   binary cross-entropy of all class logits, its gradient, and the loss items
//
// formula     class = sum over anchors and classes of log(1 + e^x) - t x; gradient (sigmoid(x) - t) * gain * images *
//             loss scale * weight of the branch / normalizer. Every logit is processed as a negative (t = 0) first;
//             then the few logits with a soft target t > 0 are corrected. items = sums * gains / normalizer
// shapes      class logits and gradients [N,H,W,classes] per level; owners u64[rows] of resolve.cu; partial
//             sums f64[3, blocks], of which the first two are those of box_loss.cu; items f32[3]
// types       T: f32, f16, bf16; arithmetic in float; sums in float within a 16-byte access, else in double
// launch      one warp per 32 anchors, whose logits are contiguous: 16-byte accesses for any number of classes. The
//             last block to finish computes the items
// order       sums by lane, warp and block, the same in every run
// traffic     read 8 bytes per anchor; read and write the class logits once
// reference   cpu/detect/ClassLoss, graph/reference/ReferenceDetectionLoss
#include "detection/detection.cuh"

// log(1 + e) for e in [0, 1] with relative error 1.3e-7: Chebyshev interpolation of log(1 + e) / e.
DEVICE float log_of_one_and(float e) {
    float sum = -0.0031760570127516985f;
    sum = fmaf(sum, e, 0.019542528316378593f);
    sum = fmaf(sum, e, -0.05637361481785774f);
    sum = fmaf(sum, e, 0.10543623566627502f);
    sum = fmaf(sum, e, -0.1526966691017151f);
    sum = fmaf(sum, e, 0.1966327428817749f);
    sum = fmaf(sum, e, -0.24951615929603577f);
    sum = fmaf(sum, e, 0.33329710364341736f);
    sum = fmaf(sum, e, -0.49999892711639404f);
    return fmaf(sum, e, 1.0f) * e;
}

// Adds the loss of a negative to the sum and returns its derivative. Both use the same exponential.
DEVICE float negative(float x, float* sum) {
#if defined(TYPE_F32)
    float e = expf(-fabsf(x));
    float reciprocal = 1 / (1 + e);
#else
    float e = __expf(-fabsf(x));
    float reciprocal = __fdividef(1.0f, 1 + e);
#endif
    *sum += fmaxf(x, 0.0f) + log_of_one_and(e);
    return x >= 0 ? reciprocal : e * reciprocal;
}

// Processes all logits of a tile as negatives.
DEVICE double negatives(const T* logits, T* gradients, int count, float scale, int lane) {
    double sum = 0;
    int vectors = aligned(logits) && aligned(gradients) ? count / LANES : 0;
#pragma unroll 2
    for (int i = lane; i < vectors; i += 32) {
        Vec<float, LANES> x = load_floats<LANES>(logits + i * LANES);
        float part = 0;
#pragma unroll
        for (int j = 0; j < LANES; j++) {
            x.v[j] = scale * negative(x.v[j], &part);
        }
        sum += part;
        if (gradients != 0) {
            store_floats(gradients + i * LANES, x);
        }
    }
    for (int i = vectors * LANES + lane; i < count; i += 32) {
        float part = 0;
        float gradient = scale * negative(to_float(logits[i]), &part);
        sum += part;
        if (gradients != 0) {
            gradients[i] = from_float(gradient);
        }
    }
    return sum;
}

KERNEL class_loss(const __grid_constant__ Head head) {
    int lane = threadIdx.x % 32;
    Tile tile = tile_of(head, blockIdx.x * WARPS + threadIdx.x / 32);
    float scale = (float) (head.cls_gain * images_of(head) * loss_scale_of(head) / normalizer_of(head));
    int row = head.images * head.start[tile.level] + tile.first + lane;
    i64 first = (i64) tile.first * head.classes;
    const T* logits = head.cls[tile.level] + first;
    T* gradients = head.gradients ? head.cls_gradient[tile.level] + first : 0;
    bool positive = lane < tile.rows && is_positive(head, row);
    float weight = 0;
    float logit = 0;
    int at = 0;
    if (positive) { // read the logit before its gradient overwrites it
        u64 owner = owner_of(head, row);
        weight = __uint_as_float((u32) (owner >> 32));
        int label = (int) head.targets[(i64) (u32) owner * TARGET_COLUMNS];
        at = lane * head.classes + max(0, min(label, head.classes - 1));
        logit = to_float(logits[at]);
    }
    __syncwarp();
    double sum = negatives(logits, gradients, tile.rows * head.classes, scale, lane);
    __syncwarp(); // all negatives are written
    if (positive) {
        float ignored;
        sum -= (double) weight * logit;
        if (gradients != 0) {
            gradients[at] = from_float(scale * (negative(logit, &ignored) - weight));
        }
    }
    sum = block_sum(sum);
    double* partials = head.partials + 2 * gridDim.x;
    if (threadIdx.x == 0) {
        partials[blockIdx.x] = sum;
    }
    if (last_block(head.finished + 1, gridDim.x)) {
        double box = sum_of(head.partials, gridDim.x);
        double dfl = sum_of(head.partials + gridDim.x, gridDim.x);
        double cls = sum_of(partials, gridDim.x);
        if (threadIdx.x == 0) {
            double normalizer = normalizer_of(head);
            head.out[0] = (float) (head.box_gain / normalizer * box);
            head.out[1] = (float) (head.cls_gain / normalizer * cls);
            head.out[2] = (float) (head.dfl_gain / normalizer * dfl);
        }
    }
}
