package io.yolofit.zoo.model;

import io.yolofit.graph.Shape;

/// Convolution weights stand as `[K,C,R,S]` (output, input, height, width) in files and as `[K,R,S,C]` in the graph;
/// every other tensor is the same in both.
public final class Layouts {
    private Layouts() {
    }

    /// The shape a tensor has in files.
    public static long[] fileShape(Shape shape) {
        return shape.rank() == 4 ? new long[] {shape.dim(0), shape.dim(3), shape.dim(1), shape.dim(2)} : shape.dims();
    }

    /// Numbers in the file's order to the graph's.
    ///
    /// @param shape in the graph
    public static float[] toGraph(float[] values, Shape shape) {
        return transpose(values, shape, true);
    }

    /// Numbers in the graph's order to the file's.
    public static float[] toFile(float[] values, Shape shape) {
        return transpose(values, shape, false);
    }

    private static float[] transpose(float[] values, Shape shape, boolean toGraph) {
        if (shape.rank() != 4) {
            return values;
        }
        int pixels = Math.toIntExact(shape.dim(1) * shape.dim(2));
        int channels = Math.toIntExact(shape.dim(3));
        float[] result = new float[values.length];
        for (int k = 0; k < shape.dim(0); k++) {
            int base = k * pixels * channels;
            for (int pixel = 0; pixel < pixels; pixel++) {
                for (int c = 0; c < channels; c++) {
                    int file = base + c * pixels + pixel;
                    int graph = base + pixel * channels + c;
                    result[toGraph ? graph : file] = values[toGraph ? file : graph];
                }
            }
        }
        return result;
    }
}
