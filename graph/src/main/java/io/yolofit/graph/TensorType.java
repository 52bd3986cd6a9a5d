package io.yolofit.graph;

/// Element type and shape of a value.
public record TensorType(DType dtype, Shape shape) {
    public static TensorType of(DType dtype, long... dims) {
        return new TensorType(dtype, Shape.of(dims));
    }

    public TensorType withShape(long... dims) {
        return new TensorType(dtype, Shape.of(dims));
    }

    public TensorType withShape(Shape shape) {
        return new TensorType(dtype, shape);
    }

    public TensorType withType(DType type) {
        return new TensorType(type, shape);
    }

    /// Bytes when packed.
    public long bytes() {
        return Math.multiplyExact(shape.count(), dtype.bytes());
    }

    /// `f32[16,80,80,128]`.
    @Override
    public String toString() {
        return dtype.text() + shape;
    }
}
