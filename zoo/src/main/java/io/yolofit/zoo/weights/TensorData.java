package io.yolofit.zoo.weights;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/// A tensor in file format: little-endian, row-major, contiguous, read-only. The memory is that of a Java array or
/// native.
///
/// `data` has exactly `elements x type.bytes()` bytes and may start at any address, so it must be read with unaligned
/// layouts or through [#toFloats()]. A shape of no dimensions is a scalar. Equality is by type, shape and bytes.
public record TensorData(ElementType type, long[] shape, MemorySegment data) {

    public TensorData {
        Objects.requireNonNull(type, "type");
        shape = shape.clone();
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException("negative dimension in shape " + Arrays.toString(shape));
            }
        }
        if (type.byteSize(shape) != data.byteSize()) {
            throw new IllegalArgumentException("%s %s needs %d bytes, but the data has %d".formatted(
                    type, Arrays.toString(shape), type.byteSize(shape), data.byteSize()));
        }
        data = data.asReadOnly();
    }

    /// An F32 tensor with a copy of `values`, whose number must match the shape.
    public static TensorData of(float[] values, long... shape) {
        MemorySegment data = MemorySegment.ofArray(new float[values.length]);
        MemorySegment.copy(values, 0, data, ElementType.FLOAT, 0, values.length);
        return new TensorData(ElementType.F32, shape, data);
    }

    /// An F32 tensor over `values`, whose number must match the shape and which must not change any more. Copies them
    /// only if the processor is not little-endian.
    public static TensorData over(float[] values, long... shape) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? new TensorData(ElementType.F32, shape, MemorySegment.ofArray(values)) : of(values, shape);
    }

    /// The same over a range of an array.
    ///
    /// @param start index of the first element
    public static TensorData over(float[] values, int start, long[] shape) {
        int count = Math.toIntExact(ElementType.elementCount(shape));
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? new TensorData(ElementType.F32, shape, MemorySegment.ofArray(values)
                        .asSlice((long) start * Float.BYTES, (long) count * Float.BYTES))
                : of(Arrays.copyOfRange(values, start, start + count), shape);
    }

    /// An I64 tensor with a copy of `values`, whose number must match the shape.
    public static TensorData of(long[] values, long... shape) {
        MemorySegment data = MemorySegment.ofArray(new long[values.length]);
        MemorySegment.copy(values, 0, data, ElementType.LONG, 0, values.length);
        return new TensorData(ElementType.I64, shape, data);
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /// Number of elements.
    public long elementCount() {
        return ElementType.elementCount(shape);
    }

    /// Bytes of the data.
    public long byteSize() {
        return data.byteSize();
    }

    /// The elements in row-major order as floats; wider types are rounded to nearest.
    public float[] toFloats() {
        float[] values = new float[arrayLength()];
        if (type == ElementType.F32) {
            MemorySegment.copy(data, ElementType.FLOAT, 0, values, 0, values.length);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = type.floatAt(data, i);
            }
        }
        return values;
    }

    /// The elements of an integer tensor in row-major order, exactly; an `IllegalArgumentException` for other types.
    public long[] toLongs() {
        if (type.isFloating()) {
            throw new IllegalArgumentException(this + " does not hold integers; read it with toFloats()");
        }
        long[] values = new long[arrayLength()];
        Arrays.setAll(values, i -> type.longAt(data, i));
        return values;
    }

    private int arrayLength() {
        long count = elementCount();
        if (count > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException(this + " has more elements than a Java array can hold; read its data()");
        }
        return (int) count;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorData that && type == that.type && Arrays.equals(shape, that.shape)
                && data.mismatch(that.data) == -1;
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, Arrays.hashCode(shape));
    }

    @Override
    public String toString() {
        return type + " " + Arrays.toString(shape);
    }
}
