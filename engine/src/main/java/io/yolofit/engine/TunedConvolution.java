package io.yolofit.engine;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Window;

/// A convolution whose algorithms a GPU engine has timed. Shapes are NHWC, those of weights `[K,R,S,C/groups]`.
///
/// @param type         of the operands
/// @param tf32         whether f32 operands are rounded to TF32
/// @param milliseconds of one run of the fastest algorithm
public record TunedConvolution(Direction direction, Shape x, Shape w, Shape y, Window window, DType type, boolean tf32,
        double milliseconds) {
    /// The operand that is computed from the other two: y, x (data gradient) or w (weight gradient).
    public enum Direction {
        FORWARD, DATA, WEIGHT
    }
}
