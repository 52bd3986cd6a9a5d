package io.yolofit.zoo.onnx;

import io.yolofit.graph.ModelException;
import io.yolofit.graph.Node;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Accumulating;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.AveragePool;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.BnHalf;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Detach;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.FoldBatchNorm;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.op.LeakyRelu;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.MatMul;
import io.yolofit.graph.op.MaxPool;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Reshape;
import io.yolofit.graph.op.Silu;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.op.Softmax;
import io.yolofit.graph.op.SumConvolutions;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.op.Upsample;
import io.yolofit.graph.op.Window;
import io.yolofit.zoo.model.Layouts;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Translates the nodes of an inference graph, NHWC, to ONNX nodes, NCHW.
final class OnnxOps {
    private static final int CHANNELS = 1;

    private final OnnxGraph onnx;
    private final Constants constants;
    private final OnnxLayout layout;
    private final boolean half;
    private final Map<Value, String> names = new IdentityHashMap<>();

    OnnxOps(OnnxGraph onnx, Constants constants, OnnxLayout layout, boolean half) {
        this.onnx = onnx;
        this.constants = constants;
        this.layout = layout;
        this.half = half;
    }

    /// Maps a value of the graph to a tensor.
    void define(Value value, String tensor) {
        names.put(value, tensor);
    }

    /// The tensor of a value.
    String tensor(Value value) {
        String tensor = names.get(value);
        if (tensor == null) {
            throw new IllegalStateException(value + " has not been translated");
        }
        return tensor;
    }

    /// Appends the translation of a node other than the decoder.
    ///
    /// @throws ModelException if inference graphs do not contain the op
    void translate(Node node) {
        define(node.output(0), switch (node.op()) {
            case Conv2d.Forward op -> convolution(op.window(), node);
            case Silu.Forward _ -> silu(node);
            case LeakyRelu.Forward op -> named("LeakyRelu", node).real("alpha", op.slope()).output();
            case MaxPool.Forward op -> pool("MaxPool", node, op.kernel(), op.stride(), op.padding()).output();
            case AveragePool.Forward op -> pool("AveragePool", node, op.kernel(), op.stride(), op.padding())
                    .integer("count_include_pad", 1).output();
            case Upsample.Forward op -> upsample(op.factor(), node);
            case Softmax.Forward _ -> named("Softmax", node).integer("axis", CHANNELS).output();
            case MatMul op -> product(op, node);
            case Concat _ -> named("Concat", node).integer("axis", CHANNELS).output();
            case Slice.Forward op -> slice(op, node);
            case Reshape _ -> layout.regroup(node, tensor(node.input(0)));
            case Add _ -> named("Add", node).output();
            // the input of the exported file is already scaled
            case Pixels _, Detach _ -> tensor(node.input(0));
            case Accumulating _, Silu.Gradient _, LeakyRelu.Gradient _, Softmax.Gradient _, AllReduce _, BnAct _,
                    BnHalf _, Cast _, DetectionDecode _, DetectionLoss _, DetectionLoss.Assign _, Flat _,
                    FoldBatchNorm _, GradientNorm _, LossScale _, SumConvolutions _, Update _ ->
                    throw ModelException.because("export", "an inference graph has no %s on activations",
                            node.op().name()).at(node.name()).build();
        });
    }

    private OnnxNode named(String type, Node node) {
        return onnx.node(type, node.name(), node.inputs().stream().map(this::tensor).toList());
    }

    private String convolution(Window window, Node node) {
        Value weight = node.input(1);
        List<String> operands = new ArrayList<>(List.of(tensor(node.input(0))));
        for (Value parameter : node.inputs().subList(1, node.inputs().size())) {
            if (!constants.has(parameter)) {
                throw ModelException.because("export", "%s of a convolution depends on the image", parameter)
                        .at(node.name()).build();
            }
            String role = parameter == weight ? ".weight" : ".bias";
            operands.add(onnx.floats(node.name() + role, half,
                    Layouts.toFile(constants.of(parameter), parameter.shape()), Layouts.fileShape(parameter.shape())));
        }
        return onnx.node("Conv", node.name(), operands)
                .integers("kernel_shape", weight.shape().dim(1), weight.shape().dim(2))
                .integers("strides", window.stride(), window.stride()).integers("pads", border(window.padding()))
                .integers("dilations", window.dilation(), window.dilation()).integer("group", window.groups())
                .output();
    }

    private static long[] border(int padding) {
        return new long[] {padding, padding, padding, padding};
    }

    private String silu(Node node) {
        String x = tensor(node.input(0));
        return onnx.emit("Mul", node.name() + ".silu", x, onnx.emit("Sigmoid", node.name() + ".sigmoid", x));
    }

    private OnnxNode pool(String type, Node node, int kernel, int stride, int padding) {
        return named(type, node).integers("kernel_shape", kernel, kernel).integers("strides", stride, stride)
                .integers("pads", border(padding));
    }

    private String upsample(int factor, Node node) {
        String scales = onnx.floats(node.name() + ".scales", false, new float[] {1, 1, factor, factor}, 4);
        return onnx.node("Resize", node.name(), tensor(node.input(0)), "", scales).text("mode", "nearest")
                .text("coordinate_transformation_mode", "asymmetric").text("nearest_mode", "floor").output();
    }

    private String slice(Slice.Forward op, Node node) {
        return onnx.emit("Slice", node.name() + ".slice", tensor(node.input(0)), onnx.integers(op.offset()),
                onnx.integers(op.offset() + op.channels()), onnx.integers(CHANNELS), onnx.integers(1));
    }

    /// A tensor `[N,C,H,W]` is, as `[N,C,H*W]`, the transpose of the matrix of pixels by channels that [MatMul] means.
    /// So `y = a b` is computed as `y^T = b^T a^T`.
    private String product(MatMul op, Node node) {
        String name = node.name();
        Shape left = node.input(0).shape();
        String a = layout.pixels(name, tensor(node.input(0)), left);
        String b = layout.pixels(name, tensor(node.input(1)), node.input(1).shape());
        if (op.scale() != 1) {
            a = onnx.emit("Mul", name + ".scaled", a, onnx.number(half, op.scale()));
        }
        if (op.leftTransposed()) {
            a = transposed(name, a);
        }
        if (op.rightTransposed()) {
            b = transposed(name, b);
        }
        String product = onnx.emit("MatMul", name + ".matmul", b, a);
        String y = layout.image(name, product, node.output(0).shape(), tensor(node.input(0)), op.leftTransposed());
        return op.accumulates(node) ? onnx.emit("Add", name + ".sum", y, tensor(node.input(op.operands()))) : y;
    }

    private String transposed(String name, String matrix) {
        return onnx.node("Transpose", name + ".transposed", matrix).integers("perm", 0, 2, 1).output();
    }
}
