package io.yolofit.engine.cpu.detect;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Element type of the head outputs and of their gradients, in native byte order. Arithmetic on them is in double.
public enum LogitType {
    /// IEEE single precision.
    F32(Float.BYTES) {
        @Override
        float get(MemorySegment source, long index) {
            return source.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index * Float.BYTES);
        }

        @Override
        void read(MemorySegment source, long from, float[] into, int count) {
            MemorySegment.copy(source, ValueLayout.JAVA_FLOAT_UNALIGNED, from * Float.BYTES, into, 0, count);
        }

        @Override
        void write(float[] values, int count, MemorySegment target, long from) {
            MemorySegment.copy(values, 0, target, ValueLayout.JAVA_FLOAT_UNALIGNED, from * Float.BYTES, count);
        }
    },

    /// bfloat16, the upper half of single precision. Rounded to nearest, ties to even.
    BF16(Short.BYTES) {
        @Override
        float get(MemorySegment source, long index) {
            return widen(source.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * Short.BYTES));
        }

        @Override
        void read(MemorySegment source, long from, float[] into, int count) {
            for (int i = 0; i < count; i++) {
                into[i] = get(source, from + i);
            }
        }

        @Override
        void write(float[] values, int count, MemorySegment target, long from) {
            for (int i = 0; i < count; i++) {
                target.set(ValueLayout.JAVA_SHORT_UNALIGNED, (from + i) * Short.BYTES, round(values[i]));
            }
        }
    };

    private static final int HALF_BITS = 16;

    private final int bytes;

    LogitType(int bytes) {
        this.bytes = bytes;
    }

    /// Size of one element, bytes.
    public int bytes() {
        return bytes;
    }

    /// The element at `index`.
    abstract float get(MemorySegment source, long index);

    /// Reads `count` elements from index `from` on into the start of `into`.
    abstract void read(MemorySegment source, long from, float[] into, int count);

    /// Writes the first `count` values to the elements from index `from` on.
    abstract void write(float[] values, int count, MemorySegment target, long from);

    static float widen(short upper) {
        return Float.intBitsToFloat(upper << HALF_BITS);
    }

    static short round(float value) {
        int bits = Float.floatToIntBits(value); // the canonical NaN, whose upper half is a NaN too
        if (value != value) {
            return (short) (bits >>> HALF_BITS);
        }
        int toEven = bits >>> HALF_BITS & 1;
        return (short) (bits + 0x7fff + toEven >>> HALF_BITS);
    }
}
