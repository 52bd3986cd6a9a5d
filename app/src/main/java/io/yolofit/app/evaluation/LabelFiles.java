package io.yolofit.app.evaluation;

import io.yolofit.train.eval.Detection;
import io.yolofit.train.inference.ImageDetections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/// Writes detections as label files: rows `class cx cy w h`, relative to the image size, one file per image. Images
/// without detections get no file.
public final class LabelFiles implements Consumer<ImageDetections> {
    private final Path folder;
    private final boolean withConfidence;
    private final OutputNames outputs;

    /// @param folder         created if missing
    /// @param withConfidence whether each row ends with the confidence
    /// @param outputs        names of all images
    public LabelFiles(Path folder, boolean withConfidence, OutputNames outputs) {
        this.folder = folder;
        this.withConfidence = withConfidence;
        this.outputs = outputs;
    }

    @Override
    public void accept(ImageDetections image) {
        if (image.detections().isEmpty()) {
            return;
        }
        var rows = new StringBuilder();
        for (Detection one : image.detections()) {
            rows.append(String.format(Locale.ROOT, "%d %.6g %.6g %.6g %.6g", one.classId(),
                    (one.x1() + one.x2()) / 2 / image.width(), (one.y1() + one.y2()) / 2 / image.height(),
                    (one.x2() - one.x1()) / image.width(), (one.y2() - one.y1()) / image.height()));
            rows.append(withConfidence ? String.format(Locale.ROOT, " %.6g\n", one.score()) : "\n");
        }
        try {
            Path file = folder.resolve(outputs.of(image.path()) + ".txt");
            Files.createDirectories(file.getParent());
            Files.writeString(file, rows);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
