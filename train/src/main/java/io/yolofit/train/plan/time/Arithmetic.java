package io.yolofit.train.plan.time;

import io.yolofit.graph.DType;

/// How the matrix products of convolutions are computed. cuDNN has other kernels for each, with other efficiencies.
public enum Arithmetic {
    /// f16 or bf16 on the matrix units, sums in f32.
    HALF,
    /// f32 operands rounded to 10 bits of mantissa on the matrix units, sums in f32.
    TF32,
    /// f32 on the general-purpose cores.
    EXACT;

    /// @param operands type of the operands
    /// @param tf32     whether f32 operands may be rounded
    static Arithmetic of(DType operands, boolean tf32) {
        return operands.isHalf() ? HALF : tf32 ? TF32 : EXACT;
    }
}
