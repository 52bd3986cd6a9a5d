package io.yolofit.data.dataset;

import io.yolofit.base.Failure;
import io.yolofit.data.files.ImageFormats;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One part of a dataset: `train`, `val` or `test`.
///
/// @param names the dataset's class names
/// @param format what the rows of its label files mean
/// @param sources existing folders, `.txt` lists or images, absolute
/// @param datasetRoot the dataset's `path`, absolute
/// @param notes what is suspicious in the YAML; part of the split's report
/// @param annotations images and labels of an annotation file in another format, instead of folders and label files
public record Split(String name, List<String> names, LabelFormat format, List<Path> sources, Path datasetRoot,
                    List<Problem> notes, Optional<Annotations> annotations) {
    private static final int PROBLEMS_SHOWN = 5;

    /// The images of a split with their labels, read from another format.
    ///
    /// @param file   the source, for messages
    /// @param images by absolute path
    public record Annotations(Path file, Map<Path, Annotated> images) {
        public Annotations {
            images = Collections.unmodifiableMap(new TreeMap<>(images));
        }
    }

    /// The labels of an image.
    ///
    /// @param width  of the image that was annotated, pixels; 0 if unknown
    /// @param height in pixels; 0 if unknown
    public record Annotated(int width, int height, List<Label> labels) {
        public Annotated {
            labels = List.copyOf(labels);
        }
    }

    public Split {
        names = List.copyOf(names);
        sources = List.copyOf(sources);
        notes = List.copyOf(notes);
    }

    /// A split with label files.
    public Split(String name, List<String> names, LabelFormat format, List<Path> sources, Path datasetRoot,
                 List<Problem> notes) {
        this(name, names, format, sources, datasetRoot, notes, Optional.empty());
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
        if (annotations.isPresent()) {
            return new ImageSources.Found(List.copyOf(annotations.get().images().keySet()), List.of());
        }
        ImageSources.Found found = ImageSources.find(sources, datasetRoot);
        if (found.images().isEmpty()) {
            throw new DatasetException(Failure.naming(sources, "split '%s' has no images in %s (looked for %s, also in "
                    .formatted(name, sources, ImageFormats.READABLE_NAMES) + "folders below)",
                    "correct '%s' in the dataset YAML".formatted(name)
                            + Problem.lines(found.problems(), PROBLEMS_SHOWN)));
        }
        return found;
    }

    /// Checks every image and reads its labels. Throws [DatasetException] if no image is usable.
    public SplitScan scan(ScanOptions options) {
        return new Scanner(this, options).scan();
    }
}
