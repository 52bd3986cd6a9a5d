package io.yolofit.train.inference;

import io.yolofit.train.eval.Detection;
import java.nio.file.Path;
import java.util.List;

/// Detections of one image, in pixels of the original image, by descending score.
public record ImageDetections(Path path, int height, int width, List<Detection> detections) {
    public ImageDetections {
        detections = List.copyOf(detections);
    }
}
