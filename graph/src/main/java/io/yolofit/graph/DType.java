package io.yolofit.graph;

/// Element types. Statistics, losses and updates are always [#F32]; activations may use half precision.
public enum DType {
    F32(4), F16(2), BF16(2), U8(1), I32(4);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one element.
    public int bytes() {
        return bytes;
    }

    public boolean isFloat() {
        return this == F32 || isHalf();
    }

    public boolean isHalf() {
        return this == F16 || this == BF16;
    }

    /// The name used in the text form of graphs and in reports: `f32`, `bf16`.
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
