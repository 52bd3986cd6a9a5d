package io.yolofit.engine.agreement;

import io.yolofit.graph.DType;
import java.lang.foreign.MemorySegment;

/// Converts numbers to an element type: rounding, and the bytes of an engine's input.
final class Elements {
    private static final int BF16_DROPPED_BITS = 16;

    private Elements() {
    }

    /// The nearest number that the type can represent.
    static double rounded(DType type, double value) {
        return switch (type) {
            case F32 -> (float) value;
            case F16 -> Float.float16ToFloat(Float.floatToFloat16((float) value));
            case BF16 -> Float.intBitsToFloat(bf16Bits((float) value) << BF16_DROPPED_BITS);
            case U8, I32 -> Math.rint(value);
        };
    }

    static MemorySegment bytes(DType type, double[] values) {
        return switch (type) {
            case F32 -> {
                float[] floats = new float[values.length];
                for (int i = 0; i < values.length; i++) {
                    floats[i] = (float) values[i];
                }
                yield MemorySegment.ofArray(floats);
            }
            case F16, BF16 -> {
                short[] halves = new short[values.length];
                for (int i = 0; i < values.length; i++) {
                    float value = (float) values[i];
                    halves[i] = type == DType.F16 ? Float.floatToFloat16(value) : (short) bf16Bits(value);
                }
                yield MemorySegment.ofArray(halves);
            }
            case U8 -> {
                byte[] bytes = new byte[values.length];
                for (int i = 0; i < values.length; i++) {
                    bytes[i] = (byte) (int) values[i];
                }
                yield MemorySegment.ofArray(bytes);
            }
            case I32 -> {
                int[] integers = new int[values.length];
                for (int i = 0; i < values.length; i++) {
                    integers[i] = (int) values[i];
                }
                yield MemorySegment.ofArray(integers);
            }
        };
    }

    static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /// The upper half of a float, rounded to nearest, ties to even: bf16.
    private static int bf16Bits(float value) {
        int bits = Float.floatToRawIntBits(value);
        int tie = bits >>> BF16_DROPPED_BITS & 1;
        return bits + (1 << BF16_DROPPED_BITS - 1) - 1 + tie >>> BF16_DROPPED_BITS;
    }
}
