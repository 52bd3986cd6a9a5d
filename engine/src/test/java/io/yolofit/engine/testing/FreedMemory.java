package io.yolofit.engine.testing;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/// Memory that libtorch has freed and gives out again.
public final class FreedMemory {
    private static final int REPETITIONS = 8;
    private static final int LARGEST = 1 << 14;

    private FreedMemory() {
    }

    /// Tensors of many sizes, whose memory the next ones get.
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
