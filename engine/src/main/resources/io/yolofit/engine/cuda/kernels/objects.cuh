// objects.cuh   the objects of a batch: where they are, and which cells' centers lie inside them
//
// Edges are computed in single precision, step by step as ImageObjects does, because they are compared with centers
// that sit on multiples of half a stride: an edge rounded another way moves whole rows of anchors in or out.
#pragma once
#include "detection.cuh"

#define MARGIN 1e-9f

// Columns and rows of a level whose centers lie inside an object.
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

DEVICE int objects_of(const Head& head) {
    return min(head.offsets[head.images], head.capacity);
}

// The first of count cells whose center lies after the edge; single precision, as in ImageObjects.
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

// One more than the last whose center lies before the edge.
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

// Rounded step by step, as the reference does: no multiply-add may be made of these.
DEVICE void widen(const Head& head, float low, float high, bool padding, float* edges) {
    float center = __fadd_rn(low, high) / 2;
    float side = __fsub_rn(high, low);
    if (side < head.stride[0]) {
        side = head.stride[min(1, head.levels - 1)];
    }
    edges[0] = padding ? __int_as_float(0x7f800000) : __fsub_rn(center, side / 2);
    edges[2] = padding ? __int_as_float(0xff800000) : __fadd_rn(center, side / 2);
}

// Where an object is and what lies inside it, for the whole block. Labels that are no class and sizes below 0 are not
// valid; they would make the host throw, here they make the loss NaN.
DEVICE void look_up(const Head& head, int number, Object* object, Region* regions) {
    const float* row = head.targets + number * TARGET_COLUMNS;
    float width = head.width[0] * head.stride[0];
    float height = head.height[0] * head.stride[0];
    float x = __fmul_rn(row[1], width);
    float y = __fmul_rn(row[2], height);
    float half_width = __fmul_rn(row[3], width) / 2;
    float half_height = __fmul_rn(row[4], height) / 2;
    float left = __fsub_rn(x, half_width);
    float top = __fsub_rn(y, half_height);
    float right = __fadd_rn(x, half_width);
    float bottom = __fadd_rn(y, half_height);
    bool padding = !(__fadd_rn(__fadd_rn(__fadd_rn(left, top), right), bottom) > 0);
    float edges[SIDES];
    widen(head, left, right, padding, edges);
    widen(head, top, bottom, padding, edges + 1);
    if (threadIdx.x == 32) {
        int image = 0;
        for (int step = 1 << 30; step > 0; step /= 2) { // the last that begins at the object or before
            if (step < head.images - image && head.offsets[image + step] <= number) {
                image += step;
            }
        }
        bool valid = row[0] >= 0 && row[0] < head.classes && row[3] >= 0 && row[4] >= 0 && x - x == 0 && y - y == 0;
        object->image = image;
        object->label = valid ? (int) row[0] : 0;
        object->valid = valid;
        object->box = box_of(left, top, right, bottom);
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

// Overlap and metric of an anchor, decoded again in double, in all lanes. The work of a warp.
DEVICE void measure(const Head& head, const Object& object, int level, int cell, int lane, float* overlap,
        float* metric) {
    i64 at = (i64) object.image * cells(head, level) + cell;
    Side side = read_side(head.box[level] + at * SIDES * BINS, lane);
    Box predicted = box_around(side, cell % head.width[level] + 0.5, cell / head.width[level] + 0.5,
            head.stride[level]);
    *overlap = overlap_of(object.box, predicted);
    *metric = metric_of(*overlap, head.cls[level][at * head.classes + object.label]);
}
