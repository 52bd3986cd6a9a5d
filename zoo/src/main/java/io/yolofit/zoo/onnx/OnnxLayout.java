package io.yolofit.zoo.onnx;

import io.yolofit.graph.ModelException;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;

/// Changes between images `[N,C,H,W]` and matrices `[N,C,pixels]`, with fixed or open dimensions.
///
/// In a file of open dimensions the graph was built for one image of some size, the probe. Lengths of other images are
/// computed from those of the input: a height of the probe's graph divides that of the probe.
final class OnnxLayout {
    private static final int RANK = 4;

    private final OnnxGraph onnx;
    private final String images;
    private final Shape probe;
    private final boolean dynamic;
    private String imageShape = "";

    /// @param images the input tensor
    /// @param probe  its shape `[N,H,W,C]` in the graph
    OnnxLayout(OnnxGraph onnx, String images, Shape probe, boolean dynamic) {
        this.onnx = onnx;
        this.images = images;
        this.probe = probe;
        this.dynamic = dynamic;
    }

    /// A dimension of the batch in a target shape of Reshape; 0 copies that of the operand.
    long batch(long images) {
        return dynamic ? 0 : images;
    }

    /// `[N,C,H,W]` as `[N,C,H*W]`.
    String pixels(String name, String x, Shape shape) {
        long[] target = dynamic ? new long[] {0, 0, -1}
                : new long[] {shape.dim(0), shape.channels(), shape.dim(1) * shape.dim(2)};
        return onnx.emit("Reshape", name + ".pixels", x, onnx.integers(target));
    }

    /// `[N,C,H*W]` as `[N,C,H,W]`.
    ///
    /// @param y     shape of the result in the graph
    /// @param like  a tensor of as many images and, unless `fixed`, of the same height and width
    /// @param fixed whether height and width are those of the graph, whatever the size of the input
    String image(String name, String matrix, Shape y, String like, boolean fixed) {
        if (!dynamic) {
            return onnx.emit("Reshape", name + ".image", matrix,
                    onnx.integers(y.dim(0), y.channels(), y.dim(1), y.dim(2)));
        }
        if (fixed) {
            throw ModelException.because("export", "a product over pixels has no open dimensions")
                    .at(name).remedy("use dynamic=false").build();
        }
        String shape = onnx.emit("Shape", name + ".shape", like);
        return onnx.emit("Reshape", name + ".image", matrix, joined(name, part(name, shape, 0, 1), onnx.integers(-1),
                part(name, shape, 2, RANK)));
    }

    /// Pixels in row-major order in other groups, through NHWC.
    String regroup(Node node, String x) {
        Shape from = node.input(0).shape();
        Shape to = node.output(0).shape();
        String name = node.name();
        if (from.rank() != RANK || to.rank() != RANK || from.channels() != to.channels()) {
            throw ModelException.because("export", "a reshape of %s to %s has no ONNX form", from, to).at(name).build();
        }
        String rows = onnx.node("Transpose", name + ".nhwc", x).integers("perm", 0, 2, 3, 1).output();
        String regrouped = onnx.emit("Reshape", name + ".regrouped", rows,
                dynamic ? openShape(name, to) : onnx.integers(to.dims()));
        return onnx.node("Transpose", name + ".nchw", regrouped).integers("perm", 0, 3, 1, 2).output();
    }

    /// Either images, or runs of pixels `[N * areas, pixels / areas, 1, C]`.
    private String openShape(String name, Shape to) {
        if (to.dim(0) == probe.dim(0)) {
            return joined(name, length(name, 0, probe.dim(0), to.dim(0)), length(name, 2, probe.dim(1), to.dim(1)),
                    length(name, RANK - 1, probe.dim(2), to.dim(2)), onnx.integers(to.channels()));
        }
        if (to.dim(0) % probe.dim(0) != 0 || to.dim(2) != 1) {
            throw ModelException.because("export", "a reshape to %s has no open dimensions", to).at(name)
                    .remedy("use dynamic=false").build();
        }
        String runs = onnx.emit("Mul", name + ".runs", length(name, 0, 1, 1),
                onnx.integers(to.dim(0) / probe.dim(0)));
        return joined(name, runs, onnx.integers(-1, 1, to.channels()));
    }

    /// The length of a dimension where it is `there` for a probe with `here`.
    private String length(String name, int dimension, long here, long there) {
        if (imageShape.isEmpty()) {
            imageShape = onnx.emit("Shape", "images.shape", images);
        }
        String length = part(name, imageShape, dimension, dimension + 1);
        if (here % there != 0) {
            throw ModelException.because("export", "a length of %d does not divide that of the image, %d", there, here)
                    .at(name).remedy("use dynamic=false").build();
        }
        return here == there ? length : onnx.emit("Div", name + ".length", length, onnx.integers(here / there));
    }

    /// Height and width of a tensor `[N,C,H,W]`, as two tensors of one element.
    String[] heightAndWidth(String name, String x) {
        String shape = onnx.emit("Shape", name + ".shape", x);
        return new String[] {part(name, shape, 2, 3), part(name, shape, 3, RANK)};
    }

    private String part(String name, String vector, int from, int to) {
        return onnx.emit("Slice", name + ".part", vector, onnx.integers(from), onnx.integers(to), onnx.integers(0),
                onnx.integers(1));
    }

    /// Vectors one after the other.
    String joined(String name, String... vectors) {
        return onnx.node("Concat", name + ".target", vectors).integer("axis", 0).output();
    }
}
