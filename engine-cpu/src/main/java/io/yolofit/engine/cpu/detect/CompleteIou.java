package io.yolofit.engine.cpu.detect;

/// Complete IoU of two boxes and its gradient (Zheng et al., 2020).
///
/// `ciou = iou - distance^2 / diagonal^2 - alpha v`: the centers' squared distance over the squared diagonal of the
/// smallest box around both, and `v = 4 / pi^2 (angle1 - angle2)^2`, `alpha = v / (v - iou + 1 + eps)`, where a box's
/// angle is atan(width / height). Epsilon is added to heights, union and squared diagonal. The gradient holds alpha
/// constant.
///
/// A box is five numbers in an array: left, top, right, bottom and the angle. The angle is stored because each box is
/// compared with many others.
final class CompleteIou {
    /// Numbers per box.
    static final int BOX = 5;

    private static final double EPSILON = 1e-7;
    private static final double ASPECT_FACTOR = 4 / (Math.PI * Math.PI);

    private CompleteIou() {
    }

    static void store(double left, double top, double right, double bottom, double[] boxes, int at) {
        boxes[at] = left;
        boxes[at + 1] = top;
        boxes[at + 2] = right;
        boxes[at + 3] = bottom;
        boxes[at + 4] = Math.atan((right - left) / (bottom - top + EPSILON));
    }

    /// CIoU clamped at 0, for the assigner. Disjoint boxes take an early exit.
    static double overlap(double[] first, int a, double[] second, int b) {
        double intersection = extent(first, a, second, b) * extent(first, a + 1, second, b + 1);
        return intersection <= 0 ? 0 : Math.max(0, value(first, a, second, b));
    }

    static double value(double[] first, int a, double[] second, int b) {
        double intersection = extent(first, a, second, b) * extent(first, a + 1, second, b + 1);
        double iou = intersection / (area(first, a) + area(second, b) - intersection + EPSILON);
        double aspect = aspect(first, a, second, b);
        return iou - squaredDistance(first, a, second, b) / squaredDiagonal(first, a, second, b)
                - aspectWeight(aspect, iou) * aspect;
    }

    /// CIoU of two boxes. Writes the derivatives with respect to left, top, right and bottom of the first to
    /// `gradient`.
    static double valueAndGradient(double[] first, int a, double[] second, int b, double[] gradient) {
        double width = first[a + 2] - first[a];
        double height = first[a + 3] - first[a + 1] + EPSILON;
        double extentX = extent(first, a, second, b);
        double extentY = extent(first, a + 1, second, b + 1);
        double intersection = extentX * extentY;
        double union = area(first, a) + area(second, b) - intersection + EPSILON;
        double iou = intersection / union;
        double distance = squaredDistance(first, a, second, b);
        double diagonal = squaredDiagonal(first, a, second, b);
        double aspect = aspect(first, a, second, b);
        double weight = aspectWeight(aspect, iou);
        double byAngle = 2 * ASPECT_FACTOR * (first[a + 4] - second[b + 4]);
        double squares = width * width + height * height;
        for (int axis = 0; axis < 2; axis++) {
            double otherSize = axis == 0 ? height : width;
            double otherExtent = axis == 0 ? extentY : extentX;
            double aspectBySize = byAngle * (axis == 0 ? height : -width) / squares;
            int low = a + axis;
            int high = a + axis + 2;
            double around = Math.max(first[high], second[b + axis + 2]) - Math.min(first[low], second[b + axis]);
            double distanceBySide = (first[low] + first[high] - second[b + axis] - second[b + axis + 2]) / 2;
            for (int end = 0; end < 2; end++) {
                int side = low + 2 * end;
                int outward = 2 * end - 1; // the low side moves down and the high side up when a box grows
                boolean inner = outward * (second[b + axis + 2 * end] - first[side]) > 0;
                boolean outer = outward * (second[b + axis + 2 * end] - first[side]) < 0;
                double intersectionBySide = inner && intersection > 0 ? outward * otherExtent : 0;
                double unionBySide = outward * otherSize - intersectionBySide;
                double diagonalBySide = outer ? 2 * around * outward : 0;
                gradient[axis + 2 * end] = (intersectionBySide * union - intersection * unionBySide) / (union * union)
                        - (distanceBySide * diagonal - distance * diagonalBySide) / (diagonal * diagonal)
                        - weight * outward * aspectBySize;
            }
        }
        return iou - distance / diagonal - weight * aspect;
    }

    /// Length of the overlap along the axis of the low sides `a` and `b`; 0 if the boxes are disjoint there.
    private static double extent(double[] first, int a, double[] second, int b) {
        return Math.max(0, Math.min(first[a + 2], second[b + 2]) - Math.max(first[a], second[b]));
    }

    private static double area(double[] boxes, int at) {
        return (boxes[at + 2] - boxes[at]) * (boxes[at + 3] - boxes[at + 1] + EPSILON);
    }

    private static double squaredDistance(double[] first, int a, double[] second, int b) {
        double x = first[a] + first[a + 2] - second[b] - second[b + 2];
        double y = first[a + 1] + first[a + 3] - second[b + 1] - second[b + 3];
        return (x * x + y * y) / 4;
    }

    private static double squaredDiagonal(double[] first, int a, double[] second, int b) {
        double width = Math.max(first[a + 2], second[b + 2]) - Math.min(first[a], second[b]);
        double height = Math.max(first[a + 3], second[b + 3]) - Math.min(first[a + 1], second[b + 1]);
        return width * width + height * height + EPSILON;
    }

    private static double aspect(double[] first, int a, double[] second, int b) {
        double angle = first[a + 4] - second[b + 4];
        return ASPECT_FACTOR * angle * angle;
    }

    private static double aspectWeight(double aspect, double iou) {
        return aspect / (aspect - iou + 1 + EPSILON);
    }
}
