package io.yolofit.train.program;

import java.util.Map;
import java.util.Optional;

/// NaN and infinite values in tensors.
///
/// @param count  number of such values in all tensors
/// @param tensor name of the first tensor with one
public record NonFinite(long count, String tensor) {
    /// Searches tensors in the order of the map; empty if all values are finite.
    public static Optional<NonFinite> in(Map<String, float[]> tensors) {
        long count = 0;
        String first = "";
        for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
            long found = count(tensor.getValue());
            first = count == 0 && found > 0 ? tensor.getKey() : first;
            count += found;
        }
        return count == 0 ? Optional.empty() : Optional.of(new NonFinite(count, first));
    }

    private static long count(float[] values) {
        int largest = 0; // of the magnitudes' bits, which have the order of the magnitudes: a vectorized search
        for (float value : values) {
            largest = Math.max(largest, Float.floatToRawIntBits(value) & Integer.MAX_VALUE);
        }
        if (largest < Float.floatToRawIntBits(Float.POSITIVE_INFINITY)) {
            return 0;
        }
        long count = 0;
        for (float value : values) {
            count += Float.isFinite(value) ? 0 : 1;
        }
        return count;
    }

    /// `3 values are not finite, the first in model.0.conv.weight`.
    @Override
    public String toString() {
        return count + (count == 1 ? " value is not finite, in " : " values are not finite, the first in ") + tensor;
    }
}
