// decode.cu   decodes the head's outputs to boxes and probabilities
//
// formula     the distance of a side is the expectation of its softmax (with one bin, the logit), in strides from the
//             center of the cell; box as cx, cy, w, h in pixels of the input; probability = sigmoid(class logit)
// shapes      per level [N,H,W,4*BINS] and [N,H,W,classes]; out f32[N, anchors, 4 + classes]
// types       T: f32, f16, bf16; arithmetic in float
// launch      one warp per 32 anchors of a level of an image; blockIdx.y is the image
// traffic     read all logits once, write all predictions once
// reference   cpu/detect/BoxDecoder, graph/reference/ReferenceDetectionDecode
#include "detection/detection.cuh"

KERNEL decode(const __grid_constant__ Head head) {
    int lane = threadIdx.x % 32;
    int image = blockIdx.y;
    int tile = blockIdx.x * WARPS + threadIdx.x / 32;
    int level = 0;
    while (level < head.levels && tile >= (cells(head, level) + 31) / 32) {
        tile -= (cells(head, level) + 31) / 32;
        level++;
    }
    if (level == head.levels) {
        return;
    }
    int first = 32 * tile;
    int count = min(32, cells(head, level) - first);
    i64 row = (i64) image * cells(head, level) + first;
    int columns = SIDES + head.classes;
    float* out = head.out + ((i64) image * head.start[head.levels] + head.start[level] + first) * columns;
    float stride = head.stride[level];
    for (int i = lane; i - lane < count * SIDES; i += 32) { // four lanes per anchor
        int side = i % SIDES;
        bool there = i < count * SIDES;
        float distance = there ? distance_of(head.box[level] + (row * SIDES + i) * BINS, false) : 0;
        float across = __shfl_xor_sync(ALL_LANES, distance, 2);
        int cell = first + i / SIDES;
        float center = (side == 0 ? cell % head.width[level] : cell / head.width[level]) + 0.5f;
        if (there) { // across is right or bottom for sides 0 and 1, left or top for sides 2 and 3
            out[i / SIDES * columns + side] =
                    side < 2 ? (center + (across - distance) / 2) * stride : (across + distance) * stride;
        }
    }
    const T* logits = head.cls[level] + row * head.classes;
    int anchor = lane / head.classes;
    int label = lane % head.classes;
    for (int i = lane; i < count * head.classes; i += 32) {
        out[anchor * columns + SIDES + label] = 1 / (1 + expf(-to_float(logits[i])));
        for (label += 32; label >= head.classes; label -= head.classes) {
            anchor++;
        }
    }
}
