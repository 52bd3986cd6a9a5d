package io.yolofit.zoo.model;

import io.yolofit.graph.Shape;

/// Conversion between the tensor layouts of files and graphs. Convolution weights are `[K,C,R,S]` (output, input,
/// height, width) in files and `[K,R,S,C]` in graphs; all other tensors have one layout.
public final class Layouts {
    private Layouts() {
    }

    /// Shape of a tensor in files.
    public static long[] fileShape(Shape shape) {
        return shape.rank() == 4 ? new long[] {shape.dim(0), shape.dim(3), shape.dim(1), shape.dim(2)} : shape.dims();
    }

    /// Converts from file to graph layout.
    ///
    /// @param shape in the graph
    public static float[] toGraph(float[] values, Shape shape) {
        return transpose(values, shape, true);
    }

    /// Converts from graph to file layout.
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

    /// Converts from graph to file layout within flat buffers.
    ///
    /// @param start index of the tensor's first element in both buffers
    /// @param shape in the graph
    /// @param into  receives the elements, from `start` on
    static void toFile(float[] values, int start, Shape shape, float[] into) {
        if (shape.rank() != 4) {
            System.arraycopy(values, start, into, start, Math.toIntExact(shape.count()));
            return;
        }
        int pixels = Math.toIntExact(shape.dim(1) * shape.dim(2));
        int channels = Math.toIntExact(shape.dim(3));
        for (int k = 0; k < shape.dim(0); k++) {
            int base = start + k * pixels * channels;
            for (int pixel = 0; pixel < pixels; pixel++) {
                for (int c = 0; c < channels; c++) {
                    into[base + c * pixels + pixel] = values[base + pixel * channels + c];
                }
            }
        }
    }
}
