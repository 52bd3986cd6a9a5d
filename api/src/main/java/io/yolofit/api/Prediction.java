package io.yolofit.api;

import static java.util.Objects.requireNonNull;

import io.yolofit.train.inference.ImageDetections;
import java.util.List;

/// The objects in an image.
///
/// @param width   of the image, pixels
/// @param height  of the image, pixels
/// @param objects by decreasing confidence
public record Prediction(int width, int height, List<DetectedObject> objects) {
    public Prediction {
        requireNonNull(objects, "objects");
        objects = List.copyOf(objects);
    }

    static Prediction of(ImageDetections found, List<String> names) {
        return new Prediction(found.width(), found.height(), found.detections().stream().map(one ->
                new DetectedObject(one.classId(), names.get(one.classId()), one.score(), one.x1(), one.y1(), one.x2(),
                        one.y2())).toList());
    }
}
