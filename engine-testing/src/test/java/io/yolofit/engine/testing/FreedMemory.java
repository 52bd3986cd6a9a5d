package io.yolofit.engine.testing;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/// Fills memory that libtorch has freed, so that reads of uninitialized memory show.
public final class FreedMemory {
    private static final int REPETITIONS = 8;
    private static final int LARGEST = 1 << 14;

    private FreedMemory() {
    }

    /// Allocates, fills and frees tensors of many sizes; later tensors reuse their memory.
    public static void leaveNumbers() {
        try (var _ = new PointerScope()) {
            for (int size = 16; size <= LARGEST; size *= 2) {
                float[] ones = new float[size];
                Arrays.fill(ones, 1);
                for (int i = 0; i < REPETITIONS; i++) {
                    Tensor.create(ones).clone();
                }
            }
        }
    }
}
