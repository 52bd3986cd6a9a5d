package io.yolofit.data.demo;

import io.yolofit.data.geometry.Polygon;

/// The classes of the demo: regular polygons of circumradius 1 around the origin.
enum Shape {
    CIRCLE(48, 0),
    SQUARE(4, 45),
    TRIANGLE(3, -90);

    private final int corners;
    private final double firstAngle; // degrees, clockwise on the screen from the x axis

    Shape(int corners, double firstAngle) {
        this.corners = corners;
        this.firstAngle = firstAngle;
    }

    /// The outline with the given center, radius and rotation in degrees, in the layout of [Polygon].
    double[] outline(double x, double y, double radius, double rotation) {
        double[] points = new double[2 * corners];
        for (int i = 0; i < corners; i++) {
            double angle = Math.toRadians(firstAngle + rotation + 360.0 * i / corners);
            points[2 * i] = x + radius * Math.cos(angle);
            points[2 * i + 1] = y + radius * Math.sin(angle);
        }
        return points;
    }
}
