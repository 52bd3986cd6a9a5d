package io.yolofit.bench;

import io.yolofit.graph.DType;
import java.util.Locale;

/// Precision of a training step: the type of its activations, and for f32 whether convolutions use TF32.
enum StepPrecision {
    F16(DType.F16, true),
    BF16(DType.BF16, true),
    TF32(DType.F32, true),
    F32(DType.F32, false);

    private final DType type;
    private final boolean tf32;

    StepPrecision(DType type, boolean tf32) {
        this.type = type;
        this.tf32 = tf32;
    }

    /// @param text in either case: `f16`, `TF32`
    static StepPrecision of(String text) {
        return valueOf(text.strip().toUpperCase(Locale.ROOT));
    }

    DType type() {
        return type;
    }

    /// Whether f32 convolutions may use TF32.
    boolean tf32() {
        return tf32;
    }

    /// As in tables: `f16`.
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
