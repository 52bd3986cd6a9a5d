package io.yolofit.zoo.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/// Element types of stored tensors, with their safetensors names. Elements are little-endian and may be unaligned.
public enum ElementType {
    F64(8), F32(4), F16(2), BF16(2), I64(8), I32(4), I16(2), I8(1), U64(8), U32(4), U16(2), U8(1), BOOL(1);

    static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final double TWO_TO_64 = 0x1p64;

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one element.
    public int bytes() {
        return bytes;
    }

    /// Whether the elements are floating-point numbers.
    public boolean isFloating() {
        return switch (this) {
            case F64, F32, F16, BF16 -> true;
            case I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> false;
        };
    }

    /// The type with a safetensors name, if it is supported.
    static Optional<ElementType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /// Bytes of a contiguous tensor; an `ArithmeticException` if they do not fit a long.
    long byteSize(long... shape) {
        return Math.multiplyExact(elementCount(shape), bytes);
    }

    /// Product of the dimensions, 1 for a scalar; an `ArithmeticException` if it does not fit a long.
    static long elementCount(long... shape) {
        long count = 1;
        for (long dimension : shape) {
            count = Math.multiplyExact(count, dimension);
        }
        return count;
    }

    /// Element `index` as a float, rounded to nearest where the type is wider.
    float floatAt(MemorySegment data, long index) {
        long at = index * bytes;
        return switch (this) {
            case F64 -> (float) data.get(DOUBLE, at);
            case F32 -> data.get(FLOAT, at);
            case F16 -> Float.float16ToFloat(data.get(SHORT, at));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, at) << Short.SIZE);
            case U64 -> unsignedToFloat(data.get(LONG, at));
            case I64, I32, I16, I8, U32, U16, U8, BOOL -> (float) longAt(data, index);
        };
    }

    /// Element `index` of an integer type, exactly; U64 above 2^63 wraps as in [Long#toUnsignedString(long)].
    long longAt(MemorySegment data, long index) {
        long at = index * bytes;
        return switch (this) {
            case I64, U64 -> data.get(LONG, at);
            case I32 -> data.get(INT, at);
            case U32 -> Integer.toUnsignedLong(data.get(INT, at));
            case I16 -> data.get(SHORT, at);
            case U16 -> Short.toUnsignedLong(data.get(SHORT, at));
            case I8 -> data.get(ValueLayout.JAVA_BYTE, at);
            case U8, BOOL -> Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, at));
            case F64, F32, F16, BF16 -> throw new IllegalArgumentException(
                    "elements of type " + this + " are not integers; read them with toFloats()");
        };
    }

    private static float unsignedToFloat(long value) {
        return (float) (value < 0 ? value + TWO_TO_64 : (double) value);
    }
}
