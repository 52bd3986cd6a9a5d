package io.yolofit.bench.accuracy;

import java.util.LinkedHashMap;
import java.util.Map;

/// Saved state of a training: flat buffers by the engine's names, and the position in the run.
///
/// @param epoch      completed epochs
/// @param iteration  completed batches
/// @param lastUpdate iteration of the last update; -1 before the first
/// @param updates    completed updates
record Training(Map<String, float[]> buffers, int epoch, long iteration, long lastUpdate, long updates) {
    /// The same with another value of one element of a buffer.
    Training withElement(String buffer, int index, float value) {
        float[] changed = buffers.get(buffer).clone();
        changed[index] = value;
        return with(buffer, changed);
    }

    /// The same with other values of a buffer.
    Training with(String buffer, float[] values) {
        Map<String, float[]> copy = new LinkedHashMap<>(buffers);
        copy.put(buffer, values);
        return new Training(copy, epoch, iteration, lastUpdate, updates);
    }
}
