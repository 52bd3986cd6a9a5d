package io.yolofit.train.plan.time;

import io.yolofit.graph.DType;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Window;
import java.util.List;

/// The measured time of a convolution on a GPU.
///
/// @param node       the convolution
/// @param arithmetic of its products
/// @param seconds    of one run
public record ConvolutionTiming(Node node, Arithmetic arithmetic, double seconds) {
    /// The operand that is computed from the two others.
    public enum Direction {
        FORWARD("forward"),
        DATA_GRADIENT("data gradient"),
        WEIGHT_GRADIENT("weight gradient");

        private final String text;

        Direction(String text) {
            this.text = text;
        }

        /// @throws IllegalArgumentException for a bias gradient, which is no matrix product
        static Direction of(Conv2d op) {
            return switch (op) {
                case Conv2d.Forward _ -> FORWARD;
                case Conv2d.DataGrad _ -> DATA_GRADIENT;
                case Conv2d.WeightGrad _ -> WEIGHT_GRADIENT;
                case Conv2d.BiasGrad _ -> throw new IllegalArgumentException("a bias gradient is no matrix product");
            };
        }

        String text() {
            return text;
        }
    }

    /// Shapes are NHWC, those of weights KRSC.
    ///
    /// @param type of the operands
    /// @param tf32 whether f32 operands are rounded to TF32
    public static ConvolutionTiming of(Direction direction, Window window, Shape x, Shape w, Shape y, DType type,
            boolean tf32, double seconds) {
        var builder = new GraphBuilder();
        Value weights = builder.input("w", new TensorType(type, w), Role.PARAMETER);
        Value images = builder.input("x", new TensorType(type, x), Role.ACTIVATION);
        Value gradient = builder.input("dy", new TensorType(type, y), Role.ACTIVATION);
        Conv2d op = switch (direction) {
            case FORWARD -> new Conv2d.Forward(window);
            case DATA_GRADIENT -> new Conv2d.DataGrad(window, x);
            case WEIGHT_GRADIENT -> new Conv2d.WeightGrad(window, w);
        };
        List<Value> operands = switch (direction) {
            case FORWARD -> List.of(images, weights);
            case DATA_GRADIENT -> List.of(gradient, weights);
            case WEIGHT_GRADIENT -> List.of(images, gradient);
        };
        Node node = builder.emit(op, "timed", Role.ACTIVATION, operands).getFirst().producer();
        return new ConvolutionTiming(node, Arithmetic.of(type, tf32), seconds);
    }
}
