package io.yolofit.engine.cuda.dnn;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Window;

/// All that the choice of a convolution's kernel depends on, but for the device and cuDNN's version. Shapes are NHWC,
/// weights `[K,R,S,C/groups]`.
///
/// @param type of x, w and y; arithmetic is fp32
/// @param accumulate whether the result is added to what is there
/// @param aligned whether the weights begin at a multiple of 16 bytes
public record ConvolutionProblem(Direction direction, Shape x, Shape w, Shape y, Window window, DType type,
        boolean accumulate, boolean aligned) {
    /// What is computed from the other two.
    public enum Direction {
        FORWARD, DATA, WEIGHT
    }

    /// One line, for caches and errors.
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
