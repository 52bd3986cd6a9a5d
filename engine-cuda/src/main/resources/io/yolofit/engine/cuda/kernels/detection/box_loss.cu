// box_loss.cu   CIoU and distribution focal loss of the positives, and their gradients by the box logits
//
// formula     with w an anchor's soft target, p the softmax of a side and d = sum k p_k, boxes in stride units:
//             box += w (1 - CIoU); distribution += w / 4 * cross-entropy of p against the two bins around the true
//             distance. Gradient of logit k of a side, with f = images * loss scale * branch weight / normalizer:
//             w f (- box gain * dCIoU/dd * p_k (k - d) + distribution gain / 4 * (p_k - share of bin k)); 0 for all
//             anchors without an object. With one bin the logit is the distance, and its term is the L1 distance as a
//             fraction of the input size
// shapes      box logits and gradients [N,H,W,4*BINS] per level; owners u64[rows] of resolve.cu, or with
//             ASSIGNED objects and soft targets of its store_assignment; partial sums f64[2, blocks]
// types       T: f32, f16, bf16; arithmetic in double, which is cheap because positives are few
// launch      one warp per 32 anchors: it zeroes the gradients of negatives in 16-byte stores, then processes the
//             positives one by one with 8 lanes per side, over which the bins are distributed
// order       sums by lane, warp and block, the same in every run
// traffic     read 8 bytes per anchor and the logits of positives, write the gradients of all box logits
// reference   cpu/detect/BoxLoss and CompleteIou, graph/reference/ReferenceDetectionLoss
#include "detection/detection.cuh"

#define LAST_BIN_MARGIN 0.01

// CIoU of the predicted and the true box, and its derivative by one side of the predicted one. The weight of the aspect
// term is treated as a constant.
DEVICE double slope(const Box& a, const Box& b, int side, double* value) {
    Iou iou = complete_iou(a, b, true);
    *value = iou.value;
    bool vertical = side % 2 == 1;
    bool high = side >= 2;
    double outward = high ? 1 : -1; // growing a box moves its low side down and its high side up
    double width = a.right - a.left;
    double height = a.bottom - a.top + IOU_EPSILON;
    double own = vertical ? (high ? a.bottom : a.top) : high ? a.right : a.left;
    double other = vertical ? (high ? b.bottom : b.top) : high ? b.right : b.left;
    double across = vertical ? most(0.0, least(a.right, b.right) - most(a.left, b.left))
            : most(0.0, least(a.bottom, b.bottom) - most(a.top, b.top));
    double hull = vertical ? most(a.bottom, b.bottom) - least(a.top, b.top)
            : most(a.right, b.right) - least(a.left, b.left);
    double by_distance = (vertical ? a.top + a.bottom - b.top - b.bottom : a.left + a.right - b.left - b.right) / 2;
    double by_aspect = 2 * ASPECT_FACTOR * (a.angle - b.angle) * (vertical ? -width : height)
            / (width * width + height * height);
    double gap = outward * (other - own);
    double by_intersection = gap > 0 && iou.intersection > 0 ? outward * across : 0;
    double by_union = outward * (vertical ? width : height) - by_intersection;
    double by_diagonal = gap < 0 ? 2 * hull * outward : 0;
    return (by_intersection * iou.joint - iou.intersection * by_union) / (iou.joint * iou.joint)
            - (by_distance * iou.diagonal - iou.distance * by_diagonal) / (iou.diagonal * iou.diagonal)
            - iou.weight * outward * by_aspect;
}

// Factors of the derivatives of both sums.
struct Scale {
    double box;
    double dfl;
};

// One positive; called by a whole warp.
DEVICE void add_positive(const Head& head, int level, int row, double weight, int object, const Scale& scale, int lane,
        double* box_sum, double* dfl_sum) {
    int cell = row % cells(head, level);
    double stride = head.stride[level];
    double x = cell % head.width[level] + 0.5;
    double y = cell / head.width[level] + 0.5;
    int side = lane / LANES_A_SIDE;
    Side own = read_side(head.box[level] + (i64) row * SIDES * BINS, lane);
    Box predicted = box_around(own, x, y, 1);

    Edges target = edges_of(head, object);
    Box wanted = box_of(target.left / stride, target.top / stride, target.right / stride, target.bottom / stride);
    double distance = side == 0 ? x - wanted.left : side == 1 ? y - wanted.top
            : side == 2 ? wanted.right - x : wanted.bottom - y;

    double overlap;
    double by_side = slope(predicted, wanted, side, &overlap);
    double by_distance = (side < 2 ? by_side : -by_side) * scale.box * weight;
    *box_sum += lane == 0 ? (1 - overlap) * weight : 0;
    T* gradients = head.box_gradient[level] + ((i64) row * SIDES + side) * BINS;
    if (BINS == 1) {
        if (lane % LANES_A_SIDE == 0) {
            double fraction = 1.0 / (side % 2 == 0 ? head.width[level] : head.height[level]) / SIDES;
            double difference = own.distance - distance;
            double sign = difference > 0 ? 1 : difference < 0 ? -1 : difference;
            *dfl_sum += fabs(difference) * fraction * weight;
            if (head.gradients) {
                gradients[0] = from_float((float) (by_distance + sign * fraction * scale.dfl * weight));
            }
        }
        return;
    }
    distance = fmin(fmax(distance, 0.0), BINS - 1 - LAST_BIN_MARGIN);
    int lower = (int) distance;
    double upper_share = distance - lower;
#pragma unroll
    for (int i = 0; i < BINS_A_LANE; i++) {
        int bin = lane % LANES_A_SIDE + i * LANES_A_SIDE;
        double share = bin == lower ? 1 - upper_share : bin == lower + 1 ? upper_share : 0;
        if (bin == lower || bin == lower + 1) {
            *dfl_sum += share * (own.log_sum - own.logits[i]) / SIDES * weight;
        }
        if (head.gradients && bin < BINS) {
            gradients[bin] = from_float((float) (by_distance * own.probabilities[i] * (bin - own.distance)
                    + scale.dfl * weight / SIDES * (own.probabilities[i] - share)));
        }
    }
}

// Zeroes the gradients of those of 32 anchors whose bit in positives is not set.
DEVICE void clear(T* gradients, int rows, u32 positives, int lane) {
    const int CHANNELS = SIDES * BINS;
    const int STEP = CHANNELS % LANES == 0 ? LANES : 1;
    if (STEP > 1 && aligned(gradients)) {
        for (int i = lane * STEP; i < rows * CHANNELS; i += 32 * STEP) {
            if ((positives >> i / CHANNELS & 1) == 0) {
                store(gradients + i, Vec<T, STEP>{});
            }
        }
    } else {
        for (int i = lane; i < rows * CHANNELS; i += 32) {
            if ((positives >> i / CHANNELS & 1) == 0) {
                gradients[i] = 0;
            }
        }
    }
}

KERNEL box_loss(const __grid_constant__ Head head) {
    int lane = threadIdx.x % 32;
    Tile tile = tile_of(head, blockIdx.x * WARPS + threadIdx.x / 32);
    double factor = images_of(head) * loss_scale_of(head) / normalizer_of(head);
#if ASSIGNED
    if (blockIdx.x == 0 && threadIdx.x == 0) head.finished[1] = 0; // for class_loss; else decode_sides does it
#endif
    Scale scale = {head.box_gain * factor, head.dfl_gain * factor};
    double box_sum = 0;
    double dfl_sum = 0;
    int start = head.images * head.start[tile.level] + tile.first;
    bool positive = lane < tile.rows && is_positive(head, start + lane);
    u64 owner = positive ? owner_of(head, start + lane) : 0;
    u32 positives = __ballot_sync(ALL_LANES, positive);
    if (head.gradients && tile.rows > 0) {
        clear(head.box_gradient[tile.level] + (i64) tile.first * SIDES * BINS, tile.rows, positives, lane);
    }
    for (u32 left = positives; left != 0; left &= left - 1) {
        int from = __ffs(left) - 1;
        u64 its_owner = __shfl_sync(ALL_LANES, owner, from);
        add_positive(head, tile.level, tile.first + from, __uint_as_float((u32) (its_owner >> 32)), (int) its_owner,
                scale, lane, &box_sum, &dfl_sum);
    }
    box_sum = block_sum(box_sum);
    dfl_sum = block_sum(dfl_sum);
    if (threadIdx.x == 0) {
        head.partials[blockIdx.x] = box_sum;
        head.partials[gridDim.x + blockIdx.x] = dfl_sum;
    }
}
