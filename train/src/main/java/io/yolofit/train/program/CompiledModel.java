package io.yolofit.train.program;

import io.yolofit.engine.Engine;
import io.yolofit.graph.Graph;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.zoo.model.Model;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/// A model on an engine: the offsets of its tensors in the flat buffers, and access to their values by name.
///
/// @param layout of the flat buffers; the same for all input shapes
public record CompiledModel(Engine engine, Model model, StateLayout layout) {
    private static final int FEW_SHAPES = 8; // whole batches, and the last of an epoch, at a few image sizes

    /// @param frozen matches the names of parameters that are not trained
    public static CompiledModel of(Engine engine, Model model, Predicate<String> frozen) {
        Graph probe = model.forward(1, model.stride(), model.stride());
        return new CompiledModel(engine, model, StateLayout.of(probe, frozen));
    }

    /// The number of shapes that are compiled before the first step, largest first: all shapes of a run with fixed
    /// sizes, so that nothing is compiled later; only the first one of a run with many sizes.
    static int compiledAtOnce(int shapes) {
        return shapes <= FEW_SHAPES ? shapes : 1;
    }

    /// Writes the trained parameters and the running statistics.
    ///
    /// @param values by name, in the graph's layout; tensors that are not named keep their values
    public void writeTrained(Map<String, float[]> values) {
        layout.parameters().values().forEach(slot -> write("parameters", slot, 0, values));
        layout.statistics().values().forEach(slot -> write("statistics", slot, 0, values));
    }

    /// Writes the EMA weights, which validation, prediction and checkpoints use.
    public void writeAverage(Map<String, float[]> values) {
        layout.parameters().values().forEach(slot -> write("ema", slot, 0, values));
        layout.statistics().values().forEach(slot -> write("ema", slot, layout.parameterCount(), values));
    }

    /// The EMA weights by name, in the order of the flat buffers.
    public Map<String, float[]> readAverage() {
        return averageByName(layout, engine.state().read("ema"));
    }

    /// As [#readAverage()], from a copy of the flat buffer.
    public static Map<String, float[]> averageByName(StateLayout layout, float[] average) {
        Map<String, float[]> values = new LinkedHashMap<>();
        layout.parameters().values().forEach(slot -> values.put(slot.name(), slice(average, slot, 0)));
        layout.statistics().values().forEach(slot -> values.put(slot.name(), slice(average, slot,
                layout.parameterCount())));
        return values;
    }

    private static float[] slice(float[] average, StateLayout.Slot slot, long start) {
        return Arrays.copyOfRange(average, Math.toIntExact(start + slot.offset()), Math.toIntExact(start + slot.end()));
    }

    private void write(String buffer, StateLayout.Slot slot, long start, Map<String, float[]> values) {
        if (values.containsKey(slot.name())) {
            engine.state().write(buffer, start + slot.offset(), values.get(slot.name()));
        }
    }
}
