package io.yolofit.data.batch;

import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.geometry.Box;
import io.yolofit.data.image.Letterbox;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The source of an image of a batch, and its ground truth in original pixels for evaluation.
///
/// @param path the image file; the first one of a mosaic
/// @param isPresent false for a validation image that could not be read: its pixels are gray, it has no objects, and it
///     must be left out of the evaluation
/// @param letterbox maps network pixels back to original pixels; empty if the sample is augmented
/// @param classes the class of each object of that image
/// @param boxes `x1, y1, x2, y2` of each object, in original pixels (float[4 * classes.length])
public record Sample(Path path, boolean isPresent, int originalHeight, int originalWidth,
                     Optional<Letterbox> letterbox, int[] classes, float[] boxes) {

    /// A validation image that could not be read.
    static Sample absent(LabeledImage image) {
        return new Sample(image.path(), false, image.height(), image.width(), Optional.empty(), new int[0],
                new float[0]);
    }

    static Sample of(LabeledImage image, Optional<Letterbox> letterbox) {
        List<Label> labels = image.labels();
        int[] classes = new int[labels.size()];
        float[] boxes = new float[4 * labels.size()];
        for (int i = 0; i < classes.length; i++) {
            Label label = labels.get(i);
            Box box = Box.ofCenter(label.centerX(), label.centerY(), label.width(), label.height())
                    .scale(image.width(), image.height());
            classes[i] = label.category();
            boxes[4 * i] = (float) box.x1();
            boxes[4 * i + 1] = (float) box.y1();
            boxes[4 * i + 2] = (float) box.x2();
            boxes[4 * i + 3] = (float) box.y2();
        }
        return new Sample(image.path(), true, image.height(), image.width(), letterbox, classes, boxes);
    }
}
