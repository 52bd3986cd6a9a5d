package io.yolofit.engine.cuda.dnn;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Window;

/// Everything that the algorithm of a convolution depends on, except the device and cuDNN's version. Shapes are NHWC,
/// weights `[K,R,S,C/groups]`.
///
/// @param type of x, w and y; sums are fp32
/// @param accumulate whether the result is added to the existing contents of the output
/// @param aligned whether the address of the weights is a multiple of 16 bytes
public record ConvolutionProblem(Direction direction, Shape x, Shape w, Shape y, Window window, DType type,
        boolean accumulate, boolean aligned) {
    /// The operand that is computed from the other two: y, x (data gradient) or w (weight gradient).
    public enum Direction {
        FORWARD, DATA, WEIGHT
    }

    /// One line of text: the key in the tuning cache, and the problem's name in errors.
    public String key() {
        return direction + " x" + x + " w" + w + " y" + y + " stride " + window.stride() + " padding "
                + window.padding() + " dilation " + window.dilation() + " groups " + window.groups() + " "
                + type.text()
                + (accumulate ? " added" : "") + (aligned ? "" : " unaligned");
    }

    long xBytes() {
        return x.count() * type.bytes();
    }

    long yBytes() {
        return y.count() * type.bytes();
    }

    long wBytes() {
        return w.count() * type.bytes();
    }
}
