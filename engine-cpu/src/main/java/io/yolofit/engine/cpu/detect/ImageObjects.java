package io.yolofit.engine.cpu.detect;

/// The objects of one image in pixels, and the test whether an anchor center is inside one. One instance per worker.
///
/// Edges are computed in single precision, in the same order of operations as the reference. The inside test compares
/// them with centers at multiples of half a stride: an edge that is rounded differently includes or excludes whole rows
/// of anchors.
final class ImageObjects {
    /// A center is inside if its distance from every side exceeds this margin, in pixels.
    private static final float MARGIN = 1e-9f;

    private int count;
    /// Corners and angle of each object, in the layout of [CompleteIou].
    private double[] boxes = new double[0];
    private int[] labels = new int[0];
    /// Left, top, right, bottom for the inside test.
    private float[] edges = new float[0];

    void load(Head head, Targets targets, int image) {
        count = targets.objects(image);
        if (count > labels.length) {
            boxes = new double[Math.multiplyExact(count, CompleteIou.BOX)];
            labels = new int[count];
            edges = new float[4 * count];
        }
        float[] rows = targets.rows();
        for (int object = 0; object < count; object++) {
            int row = (targets.offsets()[image] + object) * Targets.ROW;
            labels[object] = (int) rows[row];
            float centerX = rows[row + 1] * head.width();
            float centerY = rows[row + 2] * head.height();
            float halfWidth = rows[row + 3] * head.width() / 2;
            float halfHeight = rows[row + 4] * head.height() / 2;
            float left = centerX - halfWidth;
            float top = centerY - halfHeight;
            float right = centerX + halfWidth;
            float bottom = centerY + halfHeight;
            CompleteIou.store(left, top, right, bottom, boxes, object * CompleteIou.BOX);
            // The reference treats a box as padding if its four edges sum to 0 or less.
            boolean padding = !(left + top + right + bottom > 0);
            storeEdges(4 * object, left, right, head, padding);
            storeEdges(4 * object + 1, top, bottom, head, padding);
        }
    }

    private void storeEdges(int at, float low, float high, Head head, boolean padding) {
        float center = (low + high) / 2;
        float side = high - low;
        if (side < head.smallSide()) {
            side = head.widenedSide();
        }
        edges[at] = padding ? Float.POSITIVE_INFINITY : center - side / 2;
        edges[at + 2] = padding ? Float.NEGATIVE_INFINITY : center + side / 2;
    }

    int count() {
        return count;
    }

    int label(int object) {
        return labels[object];
    }

    double[] boxes() {
        return boxes;
    }

    int firstColumn(int object, HeadLevel level) {
        return firstAfter(edges[4 * object], level.stride(), level.width());
    }

    int endColumn(int object, HeadLevel level) {
        return endBefore(edges[4 * object + 2], level.stride(), level.width());
    }

    int firstRow(int object, HeadLevel level) {
        return firstAfter(edges[4 * object + 1], level.stride(), level.height());
    }

    int endRow(int object, HeadLevel level) {
        return endBefore(edges[4 * object + 3], level.stride(), level.height());
    }

    boolean inside(int object, HeadLevel level, int cell) {
        int column = cell % level.width();
        int row = cell / level.width();
        return column >= firstColumn(object, level) && column < endColumn(object, level)
                && row >= firstRow(object, level) && row < endRow(object, level);
    }

    /// Index of the first cell whose center is greater than the edge; `cells` if there is none.
    private static int firstAfter(float edge, int stride, int cells) {
        int cell = (int) Math.clamp(Math.floor(edge / stride - 0.5f), 0, cells);
        while (cell > 0 && center(cell - 1, stride) - edge > MARGIN) {
            cell--;
        }
        while (cell < cells && !(center(cell, stride) - edge > MARGIN)) {
            cell++;
        }
        return cell;
    }

    /// One more than the index of the last cell whose center is less than the edge; 0 if there is none.
    private static int endBefore(float edge, int stride, int cells) {
        int cell = (int) Math.clamp(Math.ceil(edge / stride - 0.5f), 0, cells);
        while (cell < cells && edge - center(cell, stride) > MARGIN) {
            cell++;
        }
        while (cell > 0 && !(edge - center(cell - 1, stride) > MARGIN)) {
            cell--;
        }
        return cell;
    }

    private static float center(int cell, int stride) {
        return (cell + 0.5f) * stride;
    }
}
