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

/// Weights of files and a model's tensors, one to the other. In files a model also has the head's fixed ramp
/// (`model.22.dfl.conv.weight`), which is written so that others find it, and checked when read.
public final class StateWeights {
    private static final int SHOWN = 6;

    private StateWeights() {
    }

    /// What was taken from a file.
    ///
    /// @param values by name, in the graph's order
    /// @param skipped tensors of the model that the file does not have in this shape, with the reason
    public record Transfer(Map<String, float[]> values, List<String> skipped) {
    }

    /// All tensors of the model.
    ///
    /// @param source the file, for messages
    /// @throws WeightsException if one is missing, has another shape, or the ramp is not the ramp
    public static Map<String, float[]> readAll(Model model, Weights weights, String source) {
        Transfer transfer = readMatching(model, weights);
        if (!transfer.skipped.isEmpty()) {
            List<String> shown = transfer.skipped.subList(0, Math.min(SHOWN, transfer.skipped.size()));
            throw new WeightsException(transfer.skipped.size() + " of " + model.state().size() + " tensors of "
                    + model.name() + " do not fit: " + String.join("; ", shown), source,
                    "the model the file was made for, with as many classes");
        }
        checkRamp(model, weights, source);
        return transfer.values;
    }

    /// Those tensors that fit by name and shape: to start from a model for other classes.
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

    /// A model's tensors as a file has them, the ramp included.
    public static Weights write(Model model, Map<String, float[]> values, Map<String, String> metadata) {
        LinkedHashMap<String, TensorData> tensors = new LinkedHashMap<>();
        for (Value value : model.state()) {
            tensors.put(value.name(), TensorData.of(Layouts.toFile(values.get(value.name()), value.shape()),
                    Layouts.fileShape(value.shape())));
        }
        tensors.put(rampName(model), TensorData.of(ramp(model), 1, model.head().bins(), 1, 1));
        return new Weights(tensors, metadata);
    }

    private static String rampName(Model model) {
        return model.head().path() + ".dfl.conv.weight";
    }

    private static float[] ramp(Model model) {
        float[] ramp = new float[model.head().bins()];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = i;
        }
        return ramp;
    }

    private static void checkRamp(Model model, Weights weights, String source) {
        if (weights.has(rampName(model)) && !Arrays.equals(weights.get(rampName(model)).toFloats(), ramp(model))) {
            throw new WeightsException("not the ramp 0.." + (model.head().bins() - 1)
                    + " that the decoder computes with",
                    source + ", " + rampName(model),
                            "another copy: the file is damaged, or its head is of another kind");
        }
    }
}
