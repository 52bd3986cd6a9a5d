package io.yolofit.app.evaluation;

import io.yolofit.data.draw.Annotator;
import io.yolofit.data.image.RgbImage;
import io.yolofit.train.inference.ImageDetections;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The files of a prediction; each kind is optional.
///
/// @param folder    of annotated images
/// @param outputs   names of all images
/// @param annotator draws annotated images
/// @param labels    writes label files
/// @param crops     saves detected objects
public record PredictionOutputs(Path folder, OutputNames outputs, Optional<Annotator> annotator,
        Optional<LabelFiles> labels, Optional<CropFiles> crops) {

    public void write(RgbImage image, ImageDetections found) throws IOException {
        labels.ifPresent(files -> files.accept(found));
        if (crops.isPresent()) {
            crops.get().save(image, found);
        }
        if (annotator.isPresent()) {
            annotator.get().save(image, Overlays.of(found.detections()),
                    folder.resolve(outputs.of(found.path()) + ".jpg"));
        }
    }
}
