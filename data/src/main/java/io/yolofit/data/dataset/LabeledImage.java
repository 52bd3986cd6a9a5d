package io.yolofit.data.dataset;

import java.nio.file.Path;
import java.util.List;

/// An image that passed the scan.
///
/// @param width in pixels, with EXIF orientation applied, as the labels mean it
/// @param height likewise
/// @param labels its objects; none makes it a background image
public record LabeledImage(Path path, int width, int height, List<Label> labels) {
    public LabeledImage {
        labels = List.copyOf(labels);
    }
}
