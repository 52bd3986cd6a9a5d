package io.yolofit.graph.reference;

/// A box by the coordinates of its sides, in pixels or in stride units.
record Box(double left, double top, double right, double bottom) {
    private static final double EPSILON = 1e-7;
    private static final double ASPECT_FACTOR = 4 / (Math.PI * Math.PI);
    /// Minimum distance of an inside point from every side, so that rounding cannot bring a point inside.
    private static final double MARGIN = 1e-9;

    static Box around(double x, double y, double width, double height) {
        return new Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
    }

    double width() {
        return right - left;
    }

    double height() {
        return bottom - top;
    }

    double centerX() {
        return (left + right) / 2;
    }

    double centerY() {
        return (top + bottom) / 2;
    }

    Box scaled(double factor) {
        return new Box(left * factor, top * factor, right * factor, bottom * factor);
    }

    /// This box with every side shorter than `small` made `wide` long, around the same center.
    Box widened(double small, double wide) {
        return around(centerX(), centerY(), width() < small ? wide : width(), height() < small ? wide : height());
    }

    /// Whether this is no object: the reference fills its batches with boxes whose edges sum to 0.
    boolean isPadding() {
        return !(left + top + right + bottom > 0);
    }

    /// Whether a point is strictly inside.
    boolean contains(double x, double y) {
        return x - left > MARGIN && y - top > MARGIN && right - x > MARGIN && bottom - y > MARGIN;
    }

    /// Complete IoU (Zheng et al., 2020) of this box with the true one, with derivatives by this box's left, top, right
    /// and bottom: `iou - distance^2 / diagonal^2 - alpha v`. Distance is that of the centers, diagonal that of the
    /// enclosing box, `v = 4 / pi^2 (atan(w / h) - atan(w' / h'))^2`, and `alpha = v / (v - iou + 1 + eps)` is held
    /// constant. Epsilon is added to heights, union and squared diagonal.
    Dual completeIou(Box truth) {
        Dual l = Dual.side(left, 0);
        Dual t = Dual.side(top, 1);
        Dual r = Dual.side(right, 2);
        Dual b = Dual.side(bottom, 3);
        Dual trueLeft = Dual.constant(truth.left);
        Dual trueTop = Dual.constant(truth.top);
        Dual trueRight = Dual.constant(truth.right);
        Dual trueBottom = Dual.constant(truth.bottom);
        Dual zero = Dual.constant(0);

        Dual width = r.minus(l);
        Dual height = b.minus(t).plus(EPSILON);
        Dual trueWidth = Dual.constant(truth.width());
        Dual trueHeight = Dual.constant(truth.height() + EPSILON);

        Dual sharedWidth = zero.max(r.min(trueRight).minus(l.max(trueLeft)));
        Dual sharedHeight = zero.max(b.min(trueBottom).minus(t.max(trueTop)));
        Dual intersection = sharedWidth.times(sharedHeight);
        Dual union = width.times(height).plus(trueWidth.times(trueHeight)).minus(intersection).plus(EPSILON);
        Dual iou = intersection.over(union);

        Dual hullWidth = r.max(trueRight).minus(l.min(trueLeft));
        Dual hullHeight = b.max(trueBottom).minus(t.min(trueTop));
        Dual diagonal = hullWidth.square().plus(hullHeight.square()).plus(EPSILON);
        Dual twiceX = l.plus(r).plus(-truth.left - truth.right);
        Dual twiceY = t.plus(b).plus(-truth.top - truth.bottom);
        Dual distance = twiceX.square().plus(twiceY.square()).times(.25);

        Dual angle = trueWidth.over(trueHeight).atan().minus(width.over(height).atan());
        Dual aspect = angle.square().times(ASPECT_FACTOR);
        double alpha = aspect.value() / (aspect.value() - iou.value() + 1 + EPSILON);
        return iou.minus(distance.over(diagonal)).minus(aspect.times(alpha));
    }
}
