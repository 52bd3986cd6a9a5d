package io.yolofit.data.geometry;

/// A projective map of the plane: a 3 x 3 matrix in row-major order, applied to `(x, y, 1)`.
///
/// `a.times(b)` is the matrix product: it applies b first, then a.
public record Homography(double m00, double m01, double m02,
                         double m10, double m11, double m12,
                         double m20, double m21, double m22) {

    public static final Homography IDENTITY = affine(1, 0, 0, 0, 1, 0);

    public static Homography affine(double m00, double m01, double m02, double m10, double m11, double m12) {
        return new Homography(m00, m01, m02, m10, m11, m12, 0, 0, 1);
    }

    public static Homography translation(double dx, double dy) {
        return affine(1, 0, dx, 0, 1, dy);
    }

    /// Rotation about the origin in degrees, counter-clockwise on the screen, and uniform scaling.
    public static Homography rotation(double degrees, double scale) {
        double cosine = scale * Math.cos(Math.toRadians(degrees));
        double sine = scale * Math.sin(Math.toRadians(degrees));
        return affine(cosine, sine, 0, -sine, cosine, 0);
    }

    /// Shear by angles in degrees: `x' = x + tan(xDegrees) y`, `y' = y + tan(yDegrees) x`.
    public static Homography shear(double xDegrees, double yDegrees) {
        return affine(1, Math.tan(Math.toRadians(xDegrees)), 0, Math.tan(Math.toRadians(yDegrees)), 1, 0);
    }

    /// Perspective: the denominator is `1 + px x + py y`.
    public static Homography perspective(double px, double py) {
        return new Homography(1, 0, 0, 0, 1, 0, px, py, 1);
    }

    public Homography times(Homography b) {
        return new Homography(
                m00 * b.m00 + m01 * b.m10 + m02 * b.m20,
                m00 * b.m01 + m01 * b.m11 + m02 * b.m21,
                m00 * b.m02 + m01 * b.m12 + m02 * b.m22,
                m10 * b.m00 + m11 * b.m10 + m12 * b.m20,
                m10 * b.m01 + m11 * b.m11 + m12 * b.m21,
                m10 * b.m02 + m11 * b.m12 + m12 * b.m22,
                m20 * b.m00 + m21 * b.m10 + m22 * b.m20,
                m20 * b.m01 + m21 * b.m11 + m22 * b.m21,
                m20 * b.m02 + m21 * b.m12 + m22 * b.m22);
    }

    public boolean isAffine() {
        return m20 == 0 && m21 == 0;
    }

    /// Maps the points of a polygon, in its flat layout.
    public double[] apply(double[] points) {
        double[] moved = new double[points.length];
        for (int i = 0; i < points.length; i += 2) {
            double x = points[i];
            double y = points[i + 1];
            double w = m20 * x + m21 * y + m22;
            moved[i] = (m00 * x + m01 * y + m02) / w;
            moved[i + 1] = (m10 * x + m11 * y + m12) / w;
        }
        return moved;
    }

    /// The bounds of the box's four mapped corners.
    public Box apply(Box box) {
        return Polygon.bounds(apply(new double[] {
            box.x1(), box.y1(), box.x2(), box.y1(), box.x2(), box.y2(), box.x1(), box.y2()}));
    }

    /// The nine elements in row-major order.
    public double[] elements() {
        return new double[] {m00, m01, m02, m10, m11, m12, m20, m21, m22};
    }
}
