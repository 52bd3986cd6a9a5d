package io.yolofit.data.dataset;

import java.nio.file.Path;
import java.util.List;

/// One part of a dataset: `train`, `val` or `test`.
///
/// @param names the dataset's class names
/// @param sources existing folders, `.txt` lists or images, absolute
/// @param datasetRoot the dataset's `path`, absolute
public record Split(String name, List<String> names, List<Path> sources, Path datasetRoot) {
    public Split {
        names = List.copyOf(names);
        sources = List.copyOf(sources);
    }

    /// The images of the split, sorted by path. Throws [DatasetException] if there are none.
    public List<Path> images() {
        List<Path> images = ImageSources.list(sources, datasetRoot);
        if (images.isEmpty()) {
            throw new DatasetException(
                    "split '%s' has no images in %s (looked for jpg, png, bmp, webp, tif, also in folders "
                    .formatted(name, sources) + "below); correct '%s' in the dataset YAML".formatted(name));
        }
        return images;
    }

    /// Checks every image and reads its labels. Throws [DatasetException] if no image is usable.
    public SplitScan scan(ScanOptions options) {
        return new Scanner(this, options).scan();
    }
}
