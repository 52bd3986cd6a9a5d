package io.yolofit.data.dataset;

import io.yolofit.data.files.ImageFormats;
import java.nio.file.Path;
import java.util.List;

/// One part of a dataset: `train`, `val` or `test`.
///
/// @param names the dataset's class names
/// @param format what the rows of its label files mean
/// @param sources existing folders, `.txt` lists or images, absolute
/// @param datasetRoot the dataset's `path`, absolute
/// @param notes what is suspicious in the YAML; part of the split's report
public record Split(String name, List<String> names, LabelFormat format, List<Path> sources, Path datasetRoot,
                    List<Problem> notes) {
    private static final int PROBLEMS_SHOWN = 5;

    public Split {
        names = List.copyOf(names);
        sources = List.copyOf(sources);
        notes = List.copyOf(notes);
    }

    /// A split whose labels have no key points.
    public Split(String name, List<String> names, List<Path> sources, Path datasetRoot) {
        this(name, names, LabelFormat.ofBoxes(names.size()), sources, datasetRoot, List.of());
    }

    /// The images of the split, sorted by path. Throws [DatasetException] if there are none.
    public List<Path> images() {
        return find().images();
    }

    /// The same, with what was skipped.
    ImageSources.Found find() {
        ImageSources.Found found = ImageSources.find(sources, datasetRoot);
        if (found.images().isEmpty()) {
            throw new DatasetException("split '%s' has no images in %s (looked for %s, also in folders below); "
                    .formatted(name, sources, ImageFormats.READABLE_NAMES)
                    + "correct '%s' in the dataset YAML".formatted(name)
                    + Problem.lines(found.problems(), PROBLEMS_SHOWN));
        }
        return found;
    }

    /// Checks every image and reads its labels. Throws [DatasetException] if no image is usable.
    public SplitScan scan(ScanOptions options) {
        return new Scanner(this, options).scan();
    }
}
