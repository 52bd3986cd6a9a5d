package io.yolofit.data.dataset;

import io.yolofit.base.Failure;
import io.yolofit.data.files.FileNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes the result of a scan: the usable images, and the problems of the split as a whole before those of single
/// files.
final class ScanReport {
    private static final int PROBLEMS_SHOWN = 5;
    /// Fraction of images that may be skipped or without objects before the report asks to check the labels.
    private static final double USUAL_PART = 1 / 3.0;

    private final Split split;
    private final ScanOptions options;
    private final List<Scanner.Finding> findings;
    private final LabelFinder.Found labels;

    ScanReport(Split split, ScanOptions options, List<Scanner.Finding> findings, LabelFinder.Found labels) {
        this.split = split;
        this.options = options;
        this.findings = findings;
        this.labels = labels;
    }

    /// @param found problems of folders and lists
    SplitScan toScan(List<Problem> found, boolean fromCache) {
        List<LabeledImage> images = new ArrayList<>();
        List<Problem> ofFiles = new ArrayList<>();
        for (Scanner.Finding finding : findings) {
            ofFiles.addAll(finding.problems());
            if (finding.usable()) {
                images.add(new LabeledImage(finding.image(), finding.width(), finding.height(), finding.intact(),
                        wanted(finding.labels())));
            }
        }
        List<Problem> problems = new ArrayList<>();
        wrongClasses().ifPresent(problems::add);
        unusedLabels().ifPresent(problems::add);
        imagesWithoutLabels().ifPresent(problems::add);
        if (images.isEmpty()) {
            problems.addAll(found);
            problems.addAll(ofFiles);
            throw new DatasetException(Failure.at("split '" + split.name() + "'",
                    "none of its %d images is usable; the first problems are%s".formatted(findings.size(),
                            Problem.lines(problems, PROBLEMS_SHOWN)), "").withRemedy("replace the images"));
        }
        int missing = (int) found.stream().filter(problem -> problem.outcome() == Outcome.IMAGE_SKIPPED).count();
        fewObjects(images, findings.size() + missing).ifPresent(problem -> problems.add(0, problem));
        problems.addAll(found);
        problems.addAll(ofFiles);
        List<String> names = options.singleClass() ? List.of("item") : split.names();
        return new SplitScan(split.name(), names, images, problems, fromCache, missingLabels());
    }

    private List<Label> wanted(List<Label> all) {
        return all.stream()
                .filter(label -> options.classes().isEmpty() || options.classes().contains(label.category()))
                .map(label -> options.singleClass() ? label.withCategory(0) : label)
                .toList();
    }

    private Path labelRoot() {
        return split.annotations().map(Split.Annotations::file)
                .orElseGet(() -> LabelPath.root(findings.getFirst().image().getParent()));
    }

    /// @param total number of images, with those of lists that do not exist
    private Optional<Problem> fewObjects(List<LabeledImage> images, int total) {
        long withObjects = images.stream().filter(image -> !image.labels().isEmpty()).count();
        if (withObjects == 0) {
            return Optional.of(Problem.ofFile(labelRoot(), ("no object in split '%s': a model "
                    + "cannot learn anything from it").formatted(split.name()), Outcome.SUSPICIOUS));
        }
        long others = total - withObjects;
        return others <= USUAL_PART * total ? Optional.empty()
                : Optional.of(Problem.ofFile(labelRoot(), "%d of %d images in split '%s' are skipped or have no object"
                        .formatted(others, total, split.name()), Outcome.SUSPICIOUS));
    }

    /// Class n of n classes occurs and class 0 does not: labels that start at 1.
    private Optional<Problem> wrongClasses() {
        int classes = split.names().size();
        boolean hasFirst = findings.stream().flatMap(finding -> finding.labels().stream())
                .anyMatch(label -> label.category() == 0);
        List<Integer> wrong = findings.stream().map(Scanner.Finding::wrongClass).filter(number -> number >= 0)
                .distinct().toList();
        return hasFirst || !wrong.equals(List.of(classes)) ? Optional.empty()
                : Optional.of(Problem.ofFile(labelRoot(), ("classes run from 1 to %d: does the numbering start at "
                        + "1? In YOLO labels it starts at 0").formatted(classes), Outcome.SUSPICIOUS));
    }

    private Optional<Problem> unusedLabels() {
        List<Path> unused = labels.unused();
        if (unused.isEmpty()) {
            return Optional.empty();
        }
        Path example = unused.getFirst();
        String hint = withoutLabels().stream().map(Scanner.Finding::image).filter(image -> isPrefixed(example, image))
                .findFirst().map(image -> "; is it meant for %s? Then rename it to %s".formatted(image,
                LabelPath.of(image).getFileName())).orElse("");
        return Optional.of(Problem.ofFiles(unused, (unused.size() == 1 ? "this label file belongs to no image"
                : "%d label files belong to no image, such as this one".formatted(unused.size())) + hint,
                Outcome.FILES_SKIPPED));
    }

    /// Whether a label file has the name of an image after a prefix, as tools add it: `1f2e3d4c-img0.txt`.
    private static boolean isPrefixed(Path labelFile, Path image) {
        String stem = FileNames.stem(image.getFileName().toString());
        String name = FileNames.stem(labelFile.getFileName().toString());
        return name.endsWith(stem) && name.length() > stem.length()
                && !Character.isLetterOrDigit(name.charAt(name.length() - stem.length() - 1));
    }

    private List<Scanner.Finding> withoutLabels() {
        return findings.stream().filter(finding -> finding.usable() && !finding.hasLabelFile()).toList();
    }

    private Optional<Problem> imagesWithoutLabels() {
        List<Scanner.Finding> without = withoutLabels();
        return without.isEmpty() ? Optional.empty()
                : Optional.of(Problem.ofFiles(without.stream().map(Scanner.Finding::image).toList(),
                "%d of %d images have no label file, such as this one: its labels are expected in %s".formatted(
                without.size(), findings.size(), LabelPath.of(without.getFirst().image())), Outcome.BACKGROUND));
    }

    /// The reason if the split has no label file at all and not even a folder for them.
    private String missingLabels() {
        Path image = findings.getFirst().image();
        if (findings.stream().anyMatch(Scanner.Finding::hasLabelFile) || Files.isDirectory(labelRoot())
                && !labelRoot().equals(image.getParent())) {
            return "";
        }
        return ("split '%s' has no labels: the labels of %s are expected in %s (the last 'images' of the path becomes "
                + "'labels'), or in the folder of the image; for a set of backgrounds only, create empty label files")
                .formatted(split.name(), image, LabelPath.of(image));
    }
}
