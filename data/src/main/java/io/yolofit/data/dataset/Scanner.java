package io.yolofit.data.dataset;

import io.yolofit.data.image.ImageException;
import io.yolofit.data.image.ImageHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Checks every image of a split and reads its labels, in parallel. Results are in the order of the images.
final class Scanner {
    /// Pixels; images with a shorter side are damaged or useless.
    private static final int SMALLEST_SIDE = 10;
    private static final int PROBLEMS_SHOWN = 5;

    private final Split split;
    private final ScanOptions options;

    Scanner(Split split, ScanOptions options) {
        this.split = split;
        this.options = options;
    }

    /// The scan result of one image.
    ///
    /// @param width in pixels; 0 if the image is skipped
    record Finding(Path image, int width, int height, List<Label> labels, boolean hasLabelFile,
                   List<Problem> problems) {
        boolean usable() {
            return width > 0;
        }
    }

    SplitScan scan() {
        requireKnownClasses();
        List<Path> images = firstFraction(split.images());
        ScanCache cache = new ScanCache(options.cacheFolder(), split);
        String key = cache.key(images);
        Optional<List<Finding>> cached = cache.load(key);
        List<Finding> findings = cached.orElseGet(() -> scanAll(images));
        if (cached.isEmpty()) {
            cache.store(key, findings);
        }
        return report(findings, cached.isPresent());
    }

    private void requireKnownClasses() {
        for (int category : options.classes()) {
            if (category < 0 || category >= split.names().size()) {
                throw new DatasetException("classes=%s: class %d does not exist, the dataset has %d classes (0 to %d)"
                        .formatted(options.classes(), category, split.names().size(), split.names().size() - 1));
            }
        }
    }

    private List<Path> firstFraction(List<Path> images) {
        int count = (int) Math.rint(images.size() * options.fraction());
        return images.subList(0, Math.max(1, count));
    }

    private List<Finding> scanAll(List<Path> images) {
        try (ExecutorService workers = Executors.newFixedThreadPool(options.threads())) {
            List<Future<Finding>> futures = images.stream().map(image -> workers.submit(() -> check(image))).toList();
            List<Finding> findings = new ArrayList<>(images.size());
            for (Future<Finding> future : futures) {
                findings.add(future.get());
            }
            return findings;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException("the scan of split '%s' was interrupted".formatted(split.name()), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("scanning split '%s' failed".formatted(split.name()), e.getCause());
        }
    }

    private Finding check(Path image) {
        LabelFile.Content content = LabelFile.read(LabelPath.of(image), split.names().size());
        List<Problem> problems = new ArrayList<>(content.problems());
        if (!content.usable()) {
            return new Finding(image, 0, 0, List.of(), content.exists(), problems);
        }
        try {
            ImageHeader header = ImageHeader.read(image);
            if (Math.min(header.height(), header.width()) < SMALLEST_SIDE) {
                throw new ImageException("the image has %d x %d pixels, too small (each side needs %d)".formatted(
                        header.width(), header.height(), SMALLEST_SIDE));
            }
            return new Finding(image, header.width(), header.height(), content.labels(), content.exists(), problems);
        } catch (NoSuchFileException e) {
            problems.add(Problem.ofFile(image, "the image does not exist", Outcome.IMAGE_SKIPPED));
        } catch (IOException e) {
            problems.add(Problem.ofFile(image, e.getMessage(), Outcome.IMAGE_SKIPPED));
        }
        return new Finding(image, 0, 0, List.of(), content.exists(), problems);
    }

    private SplitScan report(List<Finding> findings, boolean fromCache) {
        List<Problem> problems = new ArrayList<>();
        List<LabeledImage> images = new ArrayList<>();
        for (Finding finding : findings) {
            problems.addAll(finding.problems());
            if (finding.usable()) {
                images.add(new LabeledImage(finding.image(), finding.width(), finding.height(),
                        wanted(finding.labels())));
            }
        }
        requireLabels(findings);
        if (images.isEmpty()) {
            throw new DatasetException(
                    "split '%s': none of its %d images is usable; the first problems are%n%s".formatted(
                    split.name(), findings.size(), firstLines(problems)));
        }
        if (images.stream().allMatch(image -> image.labels().isEmpty())) {
            problems.add(Problem.ofFile(LabelPath.root(findings.getFirst().image()),
                    ("no object in split '%s': a model "
                    + "cannot learn anything from it").formatted(split.name()), Outcome.NOTED));
        }
        List<String> names = options.singleClass() ? List.of("item") : split.names();
        return new SplitScan(split.name(), names, images, problems, fromCache);
    }

    private List<Label> wanted(List<Label> labels) {
        return labels.stream()
                .filter(label -> options.classes().isEmpty() || options.classes().contains(label.category()))
                .map(label -> options.singleClass() ? label.withCategory(0) : label)
                .toList();
    }

    /// A split without any label file is valid (backgrounds only), unless the labels folder is missing too.
    private void requireLabels(List<Finding> findings) {
        if (findings.stream().anyMatch(Finding::hasLabelFile)) {
            return;
        }
        Path image = findings.getFirst().image();
        if (!Files.isDirectory(LabelPath.root(image))) {
            throw new DatasetException(("split '%s' has no labels: the folder %s does not exist. The labels of %s are "
                    + "expected in %s (the last 'images' of the path becomes 'labels'); for a set of backgrounds only, "
                    + "create the empty folder").formatted(split.name(), LabelPath.root(image), image,
                    LabelPath.of(image)));
        }
    }

    private static String firstLines(List<Problem> problems) {
        return String.join(System.lineSeparator(),
                problems.stream().limit(PROBLEMS_SHOWN).map(problem -> "    " + problem).toList());
    }
}
