package io.yolofit.graph.testing;

import io.yolofit.graph.op.TargetColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The inputs of ranks that share a batch: each has a slice of the images and their objects, and the same state.
public final class RankBatches {
    private RankBatches() {
    }

    /// @param inputs of one device that has the whole batch
    /// @param images of each rank
    public static List<Map<String, double[]>> slices(Map<String, double[]> inputs, List<Integer> images) {
        int count = images.stream().mapToInt(Integer::intValue).sum();
        int pixels = inputs.get("images").length / count;
        List<Map<String, double[]>> slices = new ArrayList<>();
        int first = 0;
        for (int size : images) {
            Map<String, double[]> slice = new HashMap<>(inputs);
            slice.put("images", Arrays.copyOfRange(inputs.get("images"), first * pixels, (first + size) * pixels));
            double[] offsets = Arrays.copyOfRange(inputs.get("offsets"), first, first + size + 1);
            int row = (int) offsets[0];
            int end = (int) offsets[size];
            double[] targets = Arrays.copyOfRange(inputs.get("targets"), row * TargetColumn.COUNT,
                    end * TargetColumn.COUNT);
            slice.put("targets", Arrays.copyOf(targets, inputs.get("targets").length));
            slice.put("offsets", Arrays.stream(offsets).map(offset -> offset - row).toArray());
            slices.add(slice);
            first += size;
        }
        return slices;
    }
}
