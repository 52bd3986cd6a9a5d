package io.yolofit.zoo.model;

import io.yolofit.graph.Value;
import io.yolofit.zoo.weights.TensorData;
import io.yolofit.zoo.weights.Weights;
import io.yolofit.zoo.weights.WeightsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Transfers weights between files and models. Files also contain the constant bin weights of the head's distributions
/// (`model.22.dfl.conv.weight`, 0 to bins - 1), which are written for compatibility and checked when read.
public final class StateWeights {
    private static final int SHOWN = 6;

    private StateWeights() {
    }

    /// Tensors taken from a file.
    ///
    /// @param values by name, in the graph's order
    /// @param skipped tensors of the model that are missing or have another shape in the file, with the reason
    public record Transfer(Map<String, float[]> values, List<String> skipped) {
    }

    /// Reads all tensors of the model.
    ///
    /// @param source the file, for messages
    /// @throws WeightsException if a tensor is missing or has another shape, or the bin weights differ
    public static Map<String, float[]> readAll(Model model, Weights weights, String source) {
        Transfer transfer = readMatching(model, weights);
        if (!transfer.skipped.isEmpty()) {
            List<String> shown = transfer.skipped.subList(0, Math.min(SHOWN, transfer.skipped.size()));
            throw new WeightsException(transfer.skipped.size() + " of " + model.state().size() + " tensors of "
                    + model.name() + " do not fit: " + String.join("; ", shown), source,
                    "give the model the file was made for, with as many classes");
        }
        checkBinWeights(model, weights, source);
        return transfer.values;
    }

    /// Reads the tensors that fit by name and shape: to start from a model for other classes.
    public static Transfer readMatching(Model model, Weights weights) {
        Map<String, float[]> values = new LinkedHashMap<>();
        List<String> skipped = new ArrayList<>();
        for (Value value : model.state()) {
            long[] expected = Layouts.fileShape(value.shape());
            if (!weights.has(value.name())) {
                skipped.add(value.name() + " is missing");
                continue;
            }
            TensorData tensor = weights.get(value.name());
            if (!Arrays.equals(tensor.shape(), expected)) {
                skipped.add(value.name() + " is " + Arrays.toString(tensor.shape()) + ", not "
                        + Arrays.toString(expected));
                continue;
            }
            values.put(value.name(), Layouts.toGraph(tensor.toFloats(), value.shape()));
        }
        return new Transfer(values, skipped);
    }

    /// A model's tensors in file layout, including the bin weights. The values must not change as long as the result is
    /// used.
    public static Weights write(Model model, Map<String, float[]> values, Map<String, String> metadata) {
        LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
        for (Value value : model.state()) {
            tensors.put(value.name(), TensorData.over(Layouts.toFile(values.get(value.name()), value.shape()),
                    Layouts.fileShape(value.shape())));
        }
        addBinWeights(model, tensors);
        return new Weights(tensors, metadata);
    }

    /// The same from a flat buffer, converted in another one that can be reused for the next file: no copy is left on
    /// the heap.
    ///
    /// @param flat    the values
    /// @param offsets index of each tensor's first element in the flat buffer, by name
    /// @param file    of the same length; receives the tensors in file layout, and must not change as long as the
    ///                result is used
    public static Weights write(Model model, float[] flat, Map<String, Integer> offsets, float[] file,
            Map<String, String> metadata) {
        LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
        for (Value value : model.state()) {
            int start = offsets.get(value.name());
            Layouts.toFile(flat, start, value.shape(), file);
            tensors.put(value.name(), TensorData.over(file, start, Layouts.fileShape(value.shape())));
        }
        addBinWeights(model, tensors);
        return new Weights(tensors, metadata);
    }

    private static void addBinWeights(Model model, Map<String, TensorData> tensors) {
        model.head().ramps().forEach((name, bins) ->
                tensors.put(name, TensorData.of(binWeights(bins), 1, bins, 1, 1)));
    }

    /// The numbers from 0 to `bins` - 1.
    private static float[] binWeights(int bins) {
        float[] weights = new float[bins];
        for (int i = 0; i < bins; i++) {
            weights[i] = i;
        }
        return weights;
    }

    private static void checkBinWeights(Model model, Weights weights, String source) {
        model.head().ramps().forEach((name, bins) -> {
            if (weights.has(name) && !Arrays.equals(weights.get(name).toFloats(), binWeights(bins))) {
                throw new WeightsException("the bin weights of the head are not 0.." + (bins - 1)
                        + ", which the decoder requires", source + ", " + name,
                        "give another copy: the file is damaged, or its head is of another kind");
            }
        });
    }
}
