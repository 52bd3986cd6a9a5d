package io.yolofit.graph.reference;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.Slice;
import java.util.Arrays;
import java.util.List;

/// Ops that move or add elements: concat and slice of channels, flat buffers, sums.
final class ReferenceCopy {
    private ReferenceCopy() {
    }

    static double[] add(double[] left, double[] right) {
        double[] sum = new double[left.length];
        Arrays.setAll(sum, i -> left[i] + right[i]);
        return sum;
    }

    static double[] times(double[] x, double factor) {
        double[] product = new double[x.length];
        Arrays.setAll(product, i -> x[i] * factor);
        return product;
    }

    static double[] concat(Node node, List<double[]> parts) {
        Images whole = Images.of(node.output(0));
        double[] y = new double[whole.count()];
        int offset = 0;
        for (int i = 0; i < parts.size(); i++) {
            int channels = Images.of(node.input(i)).channels();
            copyChannels(parts.get(i), channels, 0, y, whole.channels(), offset, channels);
            offset += channels;
        }
        return y;
    }

    static double[] slice(Slice.Forward op, Node node, double[] x) {
        return slice(x, Images.of(node.input(0)), (int) op.offset(), Images.of(node.output(0)).channels());
    }

    /// A range of channels of x.
    static double[] slice(double[] x, Images shape, int offset, int channels) {
        double[] y = new double[shape.pixels() * channels];
        copyChannels(x, shape.channels(), offset, y, channels, 0, channels);
        return y;
    }

    /// dy padded with zeros.
    static double[] sliceGradient(Slice.Gradient op, Node node, double[] dy) {
        Images whole = Images.of(node.output(0));
        int channels = Images.of(node.input(0)).channels();
        double[] dx = new double[whole.count()];
        copyChannels(dy, channels, 0, dx, whole.channels(), (int) op.offset(), channels);
        return dx;
    }

    /// Copies a range of channels of every pixel.
    private static void copyChannels(double[] from, int fromChannels, int fromOffset, double[] to, int toChannels,
            int toOffset, int channels) {
        for (int pixel = 0; pixel < to.length / toChannels; pixel++) {
            System.arraycopy(from, pixel * fromChannels + fromOffset, to, pixel * toChannels + toOffset, channels);
        }
    }

    static double[] view(Flat.View op, double[] flat) {
        int offset = Math.toIntExact(op.offset());
        return Arrays.copyOfRange(flat, offset, Math.toIntExact(offset + op.shape().count()));
    }

    static double[] pack(List<double[]> parts) {
        return parts.stream().flatMapToDouble(Arrays::stream).toArray();
    }
}
