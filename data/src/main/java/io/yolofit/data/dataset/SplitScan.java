package io.yolofit.data.dataset;

import java.util.List;

/// The usable images of a split, and the report on the others.
///
/// @param names the class names that labels refer to: the dataset's, or the one name `item` under `single_cls`
/// @param images usable images by path; never empty
/// @param problems one per line of the report, by image path
/// @param fromCache whether the result of an earlier scan was still valid
public record SplitScan(String split, List<String> names, List<LabeledImage> images, List<Problem> problems,
                        boolean fromCache) {
    public SplitScan {
        names = List.copyOf(names);
        images = List.copyOf(images);
        problems = List.copyOf(problems);
    }

    /// Images without objects.
    public int backgrounds() {
        return (int) images.stream().filter(image -> image.labels().isEmpty()).count();
    }

    /// Objects of all images.
    public long instances() {
        return images.stream().mapToLong(image -> image.labels().size()).sum();
    }

    /// Objects per class.
    public int[] instancesPerClass() {
        int[] counts = new int[names.size()];
        for (LabeledImage image : images) {
            for (Label label : image.labels()) {
                counts[label.category()]++;
            }
        }
        return counts;
    }

    /// Images that take no part.
    public int skipped() {
        return (int) problems.stream().filter(problem -> problem.outcome() == Outcome.IMAGE_SKIPPED).count();
    }

    /// `train: 205 images (3 backgrounds), 2450 objects, 1 image skipped`.
    public String summary() {
        return "%s: %d images (%d backgrounds), %d objects, %d images skipped%s".formatted(
                split, images.size(), backgrounds(), instances(), skipped(), fromCache ? " (from cache)" : "");
    }
}
