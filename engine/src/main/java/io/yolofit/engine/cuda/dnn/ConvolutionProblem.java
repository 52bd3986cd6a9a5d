package io.yolofit.engine.cuda.dnn;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Window;
import java.util.Optional;

/// All that the choice of a convolution's kernel depends on, but for the device and cuDNN's version. Shapes are NHWC,
/// weights `[K,R,S,C/groups]`.
///
/// @param type of x, y and of the forward weights; arithmetic is fp32
/// @param weightGradient type of the weights' gradient
/// @param accumulate whether the result is added to what is there
/// @param aligned whether the weights begin at a multiple of 16 bytes
public record ConvolutionProblem(Direction direction, Shape x, Shape w, Shape y, Window window, DType type,
        DType weightGradient, boolean accumulate, boolean aligned) {
    /// What is computed from the other two.
    public enum Direction {
        FORWARD, DATA, WEIGHT
    }

    /// One line, for caches and errors.
    public String key() {
        return direction + " x" + x + " w" + w + " y" + y + " stride " + window.stride() + " padding "
                + window.padding() + " dilation " + window.dilation() + " groups " + window.groups() + " "
                + type.text() + (direction == Direction.WEIGHT ? " to " + weightGradient.text() : "")
                + (accumulate ? " added" : "") + (aligned ? "" : " unaligned");
    }

    /// What to compute where cuDNN cannot write this weight gradient: the same in the activations' type.
    public Optional<ConvolutionProblem> alternative() {
        return direction == Direction.WEIGHT && weightGradient != type ? Optional.of(new ConvolutionProblem(direction, x,
                w, y, window, type, type, false, true)) : Optional.empty();
    }

    long xBytes() {
        return x.count() * type.bytes();
    }

    long yBytes() {
        return y.count() * type.bytes();
    }

    long wBytes() {
        return w.count() * (direction == Direction.WEIGHT ? weightGradient : type).bytes();
    }
}
