package io.yolofit.app.evaluation;

import io.yolofit.data.draw.Annotator;
import io.yolofit.train.inference.ImageDetections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// Draws detections on copies of the first images of a validation, at their original size.
public final class AnnotatedImages implements Consumer<ImageDetections> {
    private static final int MOST_IMAGES = 12;

    private final Path folder;
    private final Annotator annotator;
    private final OutputNames outputs;
    private int drawn;

    /// @param folder  created if missing
    /// @param names   of the classes
    /// @param outputs names of all images
    public AnnotatedImages(Path folder, List<String> names, OutputNames outputs) {
        this.folder = folder;
        this.outputs = outputs;
        annotator = new Annotator(names);
    }

    @Override
    public void accept(ImageDetections image) {
        if (drawn == MOST_IMAGES) {
            return;
        }
        drawn++;
        try {
            Path file = folder.resolve(outputs.of(image.path()) + ".jpg");
            Files.createDirectories(file.getParent());
            annotator.save(image.path(), Overlays.confident(image.detections()), file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
