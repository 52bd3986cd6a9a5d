package io.yolofit.data.dataset;

import java.nio.file.Path;
import java.util.List;

/// An image that has passed the scan, with its labels.
///
/// @param width in pixels, after EXIF orientation
/// @param height in pixels, after EXIF orientation
/// @param intact whether the file is complete; a damaged one has to be repaired when it is decoded
/// @param labels its objects; empty for a background image
public record LabeledImage(Path path, int width, int height, boolean intact, List<Label> labels) {
    public LabeledImage {
        labels = List.copyOf(labels);
    }

    /// An image whose file is complete.
    public LabeledImage(Path path, int width, int height, List<Label> labels) {
        this(path, width, height, true, labels);
    }
}
