package io.yolofit.zoo.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.DetectionDecode;
import java.util.ArrayList;
import java.util.List;

/// Translates [DetectionDecode]: boxes and scores of all levels, one after the other. All of it is fp32.
final class OnnxDecoder {
    private static final int SIDES = 4;

    private final OnnxGraph onnx;
    private final OnnxLayout layout;
    private final boolean dynamic;

    OnnxDecoder(OnnxGraph onnx, OnnxLayout layout, boolean dynamic) {
        this.onnx = onnx;
        this.layout = layout;
        this.dynamic = dynamic;
    }

    /// Predictions as tensors.
    ///
    /// @param corners `[N,4,anchors]`, x1, y1, x2, y2 in pixels of the input
    /// @param scores  `[N,classes,anchors]`
    record Predictions(String corners, String scores) {
    }

    /// @param logits tensors of the operands, fp32
    Predictions decode(DetectionDecode op, Node node, List<String> logits) {
        List<String> corners = new ArrayList<>();
        List<String> scores = new ArrayList<>();
        for (int level = 0; level < op.strides().size(); level++) {
            String box = logits.get(2 * level);
            corners.add(corners(op, level, box, node.input(2 * level).shape()));
            scores.add(layout.pixels("scores" + level, logits.get(2 * level + 1), node.input(2 * level + 1).shape()));
        }
        String joined = onnx.node("Concat", "boxes.corners", corners).integer("axis", 2).output();
        return new Predictions(joined,
                onnx.emit("Sigmoid", "scores", onnx.node("Concat", "scores.logits", scores).integer("axis", 2)
                        .output()));
    }

    /// Corners of a level, `[N,4,H*W]`, in pixels.
    private String corners(DetectionDecode op, int level, String box, Shape shape) {
        String name = "boxes" + level;
        String distances = op.bins() == 1 ? layout.pixels(name, box, shape) : expectation(name, op.bins(), box, shape);
        String points = dynamic ? openPoints(name, box) : points(name, shape);
        String first = onnx.emit("Sub", name + ".first", points, sides(name, distances, 0));
        String second = onnx.emit("Add", name + ".second", points, sides(name, distances, 2));
        String cells = onnx.node("Concat", name + ".cells", first, second).integer("axis", 1).output();
        return onnx.emit("Mul", name + ".corners", cells, onnx.number(false, op.strides().get(level)));
    }

    private String sides(String name, String distances, int from) {
        return onnx.emit("Slice", name + ".sides", distances, onnx.integers(from), onnx.integers(from + 2),
                onnx.integers(1), onnx.integers(1));
    }

    /// Expectations of the distributions of the four sides, `[N,4,H*W]`: a 1x1 convolution with weights 0 to bins - 1.
    private String expectation(String name, int bins, String box, Shape shape) {
        long pixels = dynamic ? -1 : shape.dim(1) * shape.dim(2);
        long images = layout.batch(shape.dim(0));
        String sides = onnx.emit("Reshape", name + ".sides", box, onnx.integers(images, SIDES, bins, pixels));
        String first = onnx.node("Transpose", name + ".bins", sides).integers("perm", 0, 2, 1, 3).output();
        String shares = onnx.node("Softmax", name + ".shares", first).integer("axis", 1).output();
        float[] ramp = new float[bins];
        for (int i = 0; i < bins; i++) {
            ramp[i] = i;
        }
        String mean = onnx.node("Conv", name + ".expectation", shares,
                onnx.floats(name + ".ramp", false, ramp, 1, bins, 1, 1)).integers("kernel_shape", 1, 1).output();
        return onnx.emit("Reshape", name + ".distances", mean, onnx.integers(images, SIDES, pixels));
    }

    /// Centers of the cells, `[1,2,H*W]`, in cells.
    private String points(String name, Shape shape) {
        int height = Math.toIntExact(shape.dim(1));
        int width = Math.toIntExact(shape.dim(2));
        float[] points = new float[2 * height * width];
        for (int i = 0; i < height * width; i++) {
            points[i] = i % width + .5f;
            points[height * width + i] = i / width + .5f;
        }
        return onnx.floats(name + ".points", false, points, 1, 2, (long) height * width);
    }

    /// The same for a height and a width that are not known.
    private String openPoints(String name, String box) {
        String[] lengths = layout.heightAndWidth(name, box);
        String x = centers(name, lengths[1]);
        String y = onnx.emit("Unsqueeze", name + ".rows", centers(name, lengths[0]), onnx.integers(1));
        String grid = layout.joined(name, lengths);
        String row = onnx.integers(1, 1, -1);
        return onnx.node("Concat", name + ".points",
                onnx.emit("Reshape", name + ".x", onnx.emit("Expand", name + ".columns", x, grid), row),
                onnx.emit("Reshape", name + ".y", onnx.emit("Expand", name + ".rows", y, grid), row))
                .integer("axis", 1).output();
    }

    /// 0.5, 1.5, and so on.
    private String centers(String name, String length) {
        String limit = onnx.emit("Squeeze", name + ".limit", length, onnx.integers(0));
        String whole = onnx.emit("Range", name + ".range", onnx.integer(0), limit, onnx.integer(1));
        String numbers = onnx.node("Cast", name + ".float", whole).integer("to", DataType.FLOAT.getNumber()).output();
        return onnx.emit("Add", name + ".centers", numbers, onnx.number(false, .5));
    }
}
