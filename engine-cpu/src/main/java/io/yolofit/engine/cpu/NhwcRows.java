package io.yolofit.engine.cpu;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Tensor;

/// The rows of a packed NHWC tensor in fp32 or bf16: one row per pixel, `channels` elements each.
///
/// Vectorized loops read groups of elements as fp32 arrays, one element per lane. The lanes of a bf16 group are its
/// even elements, then its odd ones: two elements are loaded as one int, which the compiler vectorizes and shorts it
/// does not. [#channelsOfLanes] gives the order of the lanes.
record NhwcRows(MemorySegment memory, DType type, long rows, int channels) {
    private static final int HALF_BITS = 16;
    private static final int UPPER_HALF = 0xffff0000;
    /// Added before the lower half is cut off; with the parity of the upper half this rounds to nearest, ties to even.
    private static final int BELOW_HALF = 0x7fff;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt PAIR = ValueLayout.JAVA_INT_UNALIGNED;

    NhwcRows {
        if (type != DType.F32 && type != DType.BF16) {
            throw new IllegalArgumentException("rows in " + type.text()
                    + " have no kernel on the CPU; use f32 or bf16");
        }
    }

    static NhwcRows of(Tensor packed, DType type, Shape shape) {
        int channels = Math.toIntExact(shape.channels());
        return new NhwcRows(Tensors.memory(packed), type, shape.count() / channels, channels);
    }

    /// The channel of each lane of a group, in a tensor of this type.
    ///
    /// @param width elements of a group: an even number of rows
    static int[] channelsOfLanes(DType type, int width, int channels) {
        int[] lanes = new int[width];
        for (int lane = 0; lane < width; lane++) {
            int element = type == DType.F32 ? lane : lane < width / 2 ? 2 * lane : 2 * lane - width + 1;
            lanes[lane] = element % channels;
        }
        return lanes;
    }

    float get(long element) {
        return type == DType.F32 ? memory.getAtIndex(FLOAT, element)
                : Float.intBitsToFloat(memory.getAtIndex(SHORT, element) << HALF_BITS);
    }

    void set(long element, float value) {
        if (type == DType.F32) {
            memory.setAtIndex(FLOAT, element, value);
        } else {
            memory.setAtIndex(SHORT, element, (short) (rounded(Float.floatToRawIntBits(value)) >>> HALF_BITS));
        }
    }

    /// Access to groups for one thread.
    ///
    /// @param width elements of a group, an even number
    Group group(int width) {
        return new Group(width);
    }

    /// Copies groups to and from an fp32 array.
    final class Group {
        private final float[] lanes;
        private final MemorySegment lower;
        private final MemorySegment upper;
        private final int[] pairs;
        private final int[] even;
        private final int[] odd;
        private final MemorySegment evenMemory;
        private final MemorySegment oddMemory;

        private Group(int width) {
            lanes = new float[width];
            lower = MemorySegment.ofArray(lanes).asSlice(0, width / 2 * Float.BYTES);
            upper = MemorySegment.ofArray(lanes).asSlice(width / 2 * Float.BYTES);
            pairs = new int[width / 2];
            even = new int[width / 2];
            odd = new int[width / 2];
            evenMemory = MemorySegment.ofArray(even);
            oddMemory = MemorySegment.ofArray(odd);
        }

        /// The lanes of the group that starts at this element; the array is reused by the next call.
        float[] read(long first) {
            if (type == DType.F32) {
                MemorySegment.copy(memory, FLOAT, first * Float.BYTES, lanes, 0, lanes.length);
            } else {
                MemorySegment.copy(memory, PAIR, first * Short.BYTES, pairs, 0, pairs.length);
                split(pairs, even, odd, pairs.length);
                lower.copyFrom(evenMemory); // floats of these bits
                upper.copyFrom(oddMemory);
            }
            return lanes;
        }

        /// Writes these lanes to the group that starts at this element.
        void write(float[] values, long first) {
            if (type == DType.F32) {
                MemorySegment.copy(values, 0, memory, FLOAT, first * Float.BYTES, values.length);
                return;
            }
            MemorySegment bits = MemorySegment.ofArray(values);
            evenMemory.copyFrom(bits.asSlice(0, lower.byteSize()));
            oddMemory.copyFrom(bits.asSlice(lower.byteSize()));
            join(even, odd, pairs, pairs.length);
            MemorySegment.copy(pairs, 0, memory, PAIR, first * Short.BYTES, pairs.length);
        }
    }

    private static void split(int[] pairs, int[] even, int[] odd, int count) {
        for (int i = 0; i < count; i++) {
            even[i] = pairs[i] << HALF_BITS;
        }
        for (int i = 0; i < count; i++) {
            odd[i] = pairs[i] & UPPER_HALF;
        }
    }

    private static void join(int[] even, int[] odd, int[] pairs, int count) {
        for (int i = 0; i < count; i++) {
            pairs[i] = rounded(even[i]) >>> HALF_BITS | rounded(odd[i]) & UPPER_HALF;
        }
    }

    /// The upper half is the bf16. A NaN of arithmetic stays one: the lower half is 0 and no carry leaves it.
    private static int rounded(int bits) {
        return bits + BELOW_HALF + (bits >>> HALF_BITS & 1);
    }
}
