package io.yolofit.data.dataset;

import io.yolofit.base.Failure;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.image.ImageException;
import io.yolofit.data.image.ImageHeader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Scans a split: finds its images ([ImageSources]) and their labels ([LabelFinder]), checks all of them in parallel,
/// and reports what is not used ([ScanReport]). Results are in the order of the images.
final class Scanner {
    /// Pixels; images with a shorter side are damaged or useless.
    private static final int SMALLEST_SIDE = 10;
    /// Pixels by which a resized image may differ from its exact width.
    private static final double MOST_ROUNDING = 2;
    /// The same, as a fraction of the width.
    private static final double MOST_DISTORTION = 0.01;

    private final Split split;
    private final ScanOptions options;

    Scanner(Split split, ScanOptions options) {
        this.split = split;
        this.options = options;
    }

    /// The scan result of one image.
    ///
    /// @param width in pixels; 0 if the image is skipped
    /// @param intact whether the file is complete
    /// @param wrongClass a class number in its labels that is out of range, or [LabelFile#NONE]
    record Finding(Path image, int width, int height, boolean intact, List<Label> labels, boolean hasLabelFile,
                   int wrongClass, List<Problem> problems) {
        boolean usable() {
            return width > 0;
        }
    }

    SplitScan scan() {
        requireKnownClasses();
        ImageSources.Found found = split.find();
        List<Path> images = firstFraction(found.images());
        LabelFinder.Found labels = split.annotations().isPresent() ? LabelFinder.Found.NONE
                : LabelFinder.find(images, new HashSet<>(split.sources()));
        ScanCache cache = new ScanCache(options.cacheFolder(), split);
        String key = cache.key(images, labels);
        Optional<List<Finding>> cached = cache.load(key);
        List<Finding> findings = cached.orElseGet(() -> scanAll(images, labels));
        List<Problem> problems = new ArrayList<>(split.notes());
        problems.addAll(found.problems());
        problems.addAll(labels.problems());
        if (cached.isEmpty()) {
            cache.store(key, findings).ifPresent(problems::add);
        }
        return new ScanReport(split, options, findings, labels).toScan(problems, cached.isPresent());
    }

    private void requireKnownClasses() {
        for (int category : options.classes()) {
            if (category < 0 || category >= split.names().size()) {
                throw new DatasetException(Failure.at("classes=" + options.classes(),
                        "class %d does not exist, the dataset has %d classes (0 to %d)".formatted(category,
                                split.names().size(), split.names().size() - 1), "").withRemedy(
                                        "give numbers from 0 to " + (split.names().size() - 1)));
            }
        }
    }

    private List<Path> firstFraction(List<Path> images) {
        int count = (int) Math.rint(images.size() * options.fraction());
        return images.subList(0, Math.max(1, count));
    }

    private List<Finding> scanAll(List<Path> images, LabelFinder.Found labels) {
        try (ExecutorService workers = Executors.newFixedThreadPool(options.threads())) {
            List<Future<Finding>> futures = images.stream()
                    .map(image -> workers.submit(() -> check(image, content(image, labels)))).toList();
            List<Finding> findings = new ArrayList<>(images.size());
            for (Future<Finding> future : futures) {
                findings.add(future.get());
            }
            return findings;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException(Failure.naming("", "the scan of split '%s' was interrupted".formatted(
                    split.name()), ""), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("scanning split '%s' failed".formatted(split.name()), e.getCause());
        }
    }

    private LabelFile.Content content(Path image, LabelFinder.Found labels) {
        return split.annotations().map(annotations -> new LabelFile.Content(annotations.images().get(image).labels(),
                List.of(), true, true, LabelFile.NONE))
                .orElseGet(() -> LabelFile.read(labels.fileOf(image), split.format()));
    }

    private Finding check(Path image, LabelFile.Content content) {
        List<Problem> problems = new ArrayList<>(content.problems());
        if (!content.usable()) {
            return skipped(image, content, problems);
        }
        try {
            ImageHeader header = ImageHeader.read(image);
            if (Math.min(header.height(), header.width()) < SMALLEST_SIDE) {
                throw new ImageException("the image has %d x %d pixels, too small (each side needs %d)".formatted(
                        header.width(), header.height(), SMALLEST_SIDE));
            }
            requireAnnotatedSize(image, header);
            boolean intact = header.damage().isEmpty();
            if (!intact) {
                problems.add(Problem.ofFile(image, header.damage(), Outcome.NOTED));
            }
            return new Finding(image, header.width(), header.height(), intact, content.labels(), content.exists(),
                    content.wrongClass(), problems);
        } catch (ImageException e) {
            problems.add(Problem.ofFile(image, e.getMessage(), Outcome.IMAGE_SKIPPED));
        } catch (NoSuchFileException e) {
            problems.add(Problem.ofFile(image, "the image does not exist", Outcome.IMAGE_SKIPPED));
        } catch (IOException e) {
            problems.add(Problem.ofFile(image, "cannot be read: " + FileFailure.reason(e), Outcome.IMAGE_SKIPPED));
        }
        return skipped(image, content, problems);
    }

    /// The image must have the aspect ratio of the one that was annotated, up to rounding; it may have been resized.
    private void requireAnnotatedSize(Path image, ImageHeader header) throws ImageException {
        Split.Annotated annotated = split.annotations().map(all -> all.images().get(image)).orElse(null);
        if (annotated == null || annotated.width() == 0 || annotated.height() == 0) {
            return;
        }
        double width = (double) annotated.width() * header.height() / annotated.height();
        if (Math.abs(width - header.width()) > Math.max(MOST_ROUNDING, MOST_DISTORTION * header.width())) {
            throw new ImageException(("the annotations are for %d x %d pixels, but the upright image has %d x %d: is "
                    + "it another image, or was it rotated after annotation?").formatted(annotated.width(),
                    annotated.height(), header.width(), header.height()));
        }
    }

    private static Finding skipped(Path image, LabelFile.Content content, List<Problem> problems) {
        return new Finding(image, 0, 0, true, List.of(), content.exists(), content.wrongClass(), problems);
    }
}
