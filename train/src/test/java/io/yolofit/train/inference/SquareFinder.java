package io.yolofit.train.inference;

import io.yolofit.graph.Value;
import io.yolofit.train.trainer.SquarePictures;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.architecture.ArchitectureReader;
import io.yolofit.zoo.architecture.Scale;
import io.yolofit.zoo.model.Model;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// A detector with known output, without training: it blurs the picture and detects a square of fifteen pixels at the
/// brightest position.
///
/// Two strided convolutions lead to one level of stride 4. The receptive field of column k has its center at 4k + .5,
/// so a square from 4k - 7 to 4k + 8 gives the highest response there. The anchor of that column is at 4k + 2; its
/// distances are 9 pixels to the left and up, and 6 to the right and down.
final class SquareFinder {
    static final int STRIDE = 4;
    static final int SIDE = 15;
    /// Offsets of a square's sides from the pixel 4k of the column or row that is centered on it.
    static final int BEFORE = 7;

    private static final double ANCHOR = 2;
    private static final int BINS = 16;
    private static final float IMPOSSIBLE = -30;
    private static final float GAIN = 40;
    private static final float THRESHOLD = 4;

    private SquareFinder() {
    }

    static Model model() {
        String architecture = """
                name: square-finder
                rows:
                  - {block: Conv, out: 8, kernel: 3, stride: 2}
                  - {block: Conv, out: 8, kernel: 3, stride: 2}
                  - {block: Detect, from: [1]}
                """;
        return Model.of(new ArchitectureCatalog.Sized(ArchitectureReader.read(architecture, "square-finder.yaml"),
                Scale.whole()), 3);
    }

    static Map<String, float[]> weights(Model model) {
        Map<String, float[]> weights = new HashMap<>();
        for (Value value : model.state()) {
            float[] values = new float[Math.toIntExact(value.shape().count())];
            if (value.shape().rank() == 4) {
                Arrays.fill(values, (float) value.shape().dim(0) / values.length);
            } else if (value.name().endsWith("bn.weight") || value.name().endsWith("running_var")) {
                Arrays.fill(values, 1);
            }
            weights.put(value.name(), values);
        }
        Arrays.fill(weights.get("model.2.cv2.0.2.weight"), 0);
        weights.put("model.2.cv2.0.2.bias", distances(BEFORE + ANCHOR, BEFORE + ANCHOR, SIDE - BEFORE - ANCHOR,
                SIDE - BEFORE - ANCHOR));
        float[] scores = weights.get("model.2.cv3.0.2.weight");
        int channels = scores.length / 3;
        Arrays.fill(scores, 0);
        int first = SquarePictures.CATEGORY * channels;
        Arrays.fill(scores, first, first + channels, GAIN / channels);
        float[] bias = {IMPOSSIBLE, IMPOSSIBLE, IMPOSSIBLE};
        bias[SquarePictures.CATEGORY] = -THRESHOLD;
        weights.put("model.2.cv3.0.2.bias", bias);
        return weights;
    }

    /// Logits of distributions whose means are these distances.
    ///
    /// @param pixels left, top, right, bottom
    private static float[] distances(double... pixels) {
        float[] logits = new float[pixels.length * BINS];
        Arrays.fill(logits, IMPOSSIBLE);
        for (int side = 0; side < pixels.length; side++) {
            double strides = pixels[side] / STRIDE;
            int below = (int) strides;
            logits[side * BINS + below] = (float) Math.log(Math.max(1e-9, 1 - (strides - below)));
            logits[side * BINS + below + 1] = (float) Math.log(Math.max(1e-9, strides - below));
        }
        return logits;
    }
}
