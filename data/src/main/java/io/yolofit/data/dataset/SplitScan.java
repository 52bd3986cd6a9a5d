package io.yolofit.data.dataset;

import io.yolofit.base.Failure;
import java.util.List;

/// The usable images of a split, and the problems found.
///
/// @param names class names by number: the dataset's, or only `item` under `single_cls`
/// @param images usable images by path; never empty
/// @param problems one per line of the report, ordered by image path
/// @param fromCache whether the result of an earlier scan was reused
/// @param missingLabels where labels were expected, if there is neither a label file nor a folder for them; else empty
public record SplitScan(String split, List<String> names, List<LabeledImage> images, List<Problem> problems,
                        boolean fromCache, String missingLabels) {
    private static final int PROBLEMS_SHOWN = 5;
    private static final String REMEDY = "put the label files next to the images, or into a folder `labels`";

    public SplitScan {
        names = List.copyOf(names);
        images = List.copyOf(images);
        problems = List.copyOf(problems);
    }

    /// A split that has labels.
    public SplitScan(String split, List<String> names, List<LabeledImage> images, List<Problem> problems,
                     boolean fromCache) {
        this(split, names, images, problems, fromCache, "");
    }

    /// Throws [DatasetException] if there is nothing to train on: no object in any image.
    public void requireObjects() {
        requireLabels();
        if (instances() == 0) {
            throw new DatasetException.NoLabels(Failure.naming(place(), ("split '%s' has no object in its %d images; "
                    + "there is nothing to train on%s").formatted(split, images.size(),
                            Problem.lines(problems, PROBLEMS_SHOWN)), "").withRemedy(REMEDY));
        }
    }

    /// Throws [DatasetException] if there is neither a label file nor a folder for them.
    public void requireLabels() {
        if (!missingLabels.isEmpty()) {
            throw new DatasetException.NoLabels(Failure.naming(place(), missingLabels
                    + Problem.lines(problems, PROBLEMS_SHOWN), "").withRemedy(REMEDY));
        }
    }

    /// The split and the folder of its first image.
    private String place() {
        return "split '" + split + "', " + images.getFirst().path().getParent();
    }

    /// Number of images without objects.
    public int backgrounds() {
        return (int) images.stream().filter(image -> image.labels().isEmpty()).count();
    }

    /// Number of objects of all images.
    public long instances() {
        return images.stream().mapToLong(image -> image.labels().size()).sum();
    }

    /// Number of objects per class.
    public int[] instancesPerClass() {
        int[] counts = new int[names.size()];
        for (LabeledImage image : images) {
            for (Label label : image.labels()) {
                counts[label.category()]++;
            }
        }
        return counts;
    }

    /// Number of images that are not used.
    public int skipped() {
        return (int) problems.stream().filter(problem -> problem.outcome() == Outcome.IMAGE_SKIPPED).count();
    }

    /// `train: 205 images (3 backgrounds), 2450 objects, 1 image skipped`.
    public String summary() {
        return "%s: %s (%s), %s, %s skipped%s".formatted(split, count(images.size(), "image"),
                count(backgrounds(), "background"), count(instances(), "object"), count(skipped(), "image"),
                fromCache ? " (from cache)" : "");
    }

    private static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
