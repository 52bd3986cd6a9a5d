package io.yolofit.train.inference;

import io.yolofit.train.eval.Detection;
import io.yolofit.train.eval.Nms;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.eval.Predictions;
import io.yolofit.train.program.InferenceSession;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Selection of the detections of a batch, images in parallel: non-maximum suppression or, for end-to-end heads, the
/// best scores.
final class Suppression {
    private static final int BOX = 4;

    private Suppression() {
    }

    /// Detections of each image, in network pixels, by descending score.
    static List<List<Detection>> of(InferenceSession.Output output, int images, int classes, NmsSettings settings) {
        int row = BOX + classes;
        NmsSettings selection = output.endToEnd() ? settings.ofEndToEnd() : settings;
        toCorners(output.predictions(), row);
        return IntStream.range(0, images).parallel().mapToObj(image -> {
            float[] rows = Arrays.copyOfRange(output.predictions(), image * output.anchors() * row,
                    (image + 1) * output.anchors() * row);
            return Nms.suppress(Predictions.rows(rows, output.anchors(), classes), selection);
        }).toList();
    }

    /// Converts cx, cy, w, h to x1, y1, x2, y2 in place.
    private static void toCorners(float[] rows, int row) {
        for (int i = 0; i < rows.length; i += row) {
            float halfWidth = rows[i + 2] / 2;
            float halfHeight = rows[i + 3] / 2;
            float x = rows[i];
            float y = rows[i + 1];
            rows[i] = x - halfWidth;
            rows[i + 1] = y - halfHeight;
            rows[i + 2] = x + halfWidth;
            rows[i + 3] = y + halfHeight;
        }
    }
}
