package io.yolofit.data.check;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.Outcome;
import io.yolofit.data.dataset.Problem;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The examination of a data set: every image and label is read, every image is hashed.
///
/// @param scans      of the usable splits, `train` first
/// @param objects    sizes and numbers
/// @param duplicates images that look alike in different splits
/// @param findings   by check
public record DatasetCheck(List<SplitScan> scans, ObjectProfile objects, List<Duplicate> duplicates,
                           List<Finding> findings) {
    public DatasetCheck {
        scans = List.copyOf(scans);
        duplicates = List.copyOf(duplicates);
        findings = List.copyOf(findings);
    }

    /// Two images of different splits that look alike.
    ///
    /// @param identical whether the files have the same content
    public record Duplicate(String firstSplit, LabeledImage first, String secondSplit, LabeledImage second,
                            boolean identical) {}

    /// Receives the progress of the slow part.
    public interface Progress {
        void compared(int images, int ofAll);
    }

    /// Throws [DatasetException] if the training images cannot be used at all.
    ///
    /// @param imageSize side of the network's input, pixels
    public static DatasetCheck of(Dataset dataset, int imageSize, ScanOptions options, Progress progress)
            throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        List<SplitScan> scans = new ArrayList<>(List.of(dataset.train().scan(options)));
        for (String split : List.of("val", "test")) {
            if (dataset.hasSplit(split)) {
                try {
                    scans.add(dataset.split(split).scan(options));
                } catch (DatasetException unusable) {
                    findings.add(Finding.fail("split " + split, unusable.getMessage(), ""));
                }
            }
        }
        dataset.missing().values().forEach(why -> findings.add(Finding.warn("split test", why.message(), "")));
        scans.forEach(scan -> findings.addAll(ofFiles(scan)));
        findings.addAll(ClassFindings.of(scans));
        ObjectProfile profile = ObjectProfile.of(scans, imageSize);
        findings.addAll(SizeFindings.of(profile, scans));
        DuplicateFindings.Result duplicates = DuplicateFindings.of(scans, options.threads(), progress);
        findings.addAll(duplicates.findings());
        return new DatasetCheck(scans, profile, duplicates.pairs(), findings);
    }

    /// Whether a finding is a failure.
    public boolean failed() {
        return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL);
    }

    /// The problems that the scan has found, by consequence.
    private static List<Finding> ofFiles(SplitScan scan) {
        List<Finding> findings = new ArrayList<>();
        String topic = "files of " + scan.split();
        if (!scan.missingLabels().isEmpty()) {
            findings.add(Finding.fail(topic, scan.missingLabels(), ""));
        }
        for (Outcome outcome : Outcome.values()) {
            List<Problem> problems = scan.problems().stream().filter(problem -> problem.outcome() == outcome).toList();
            if (!problems.isEmpty()) {
                add(findings, topic, outcome, problems);
            }
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(topic, "%d images, %d of them backgrounds, %d objects".formatted(
                    scan.images().size(), scan.backgrounds(), scan.instances())));
        }
        return findings;
    }

    private static void add(List<Finding> findings, String topic, Outcome outcome, List<Problem> problems) {
        if (outcome == Outcome.SUSPICIOUS) {
            problems.forEach(problem -> findings.add(Finding.warn(topic, "%s: %s".formatted(problem.file(),
                    problem.what()), "")));
            return;
        }
        boolean one = problems.size() == 1;
        List<String> files = one ? problems.getFirst().files().stream().map(Path::toString).toList()
                : problems.stream().flatMap(DatasetCheck::places).toList();
        findings.add(new Finding(outcome == Outcome.IMAGE_SKIPPED ? Finding.Level.FAIL : Finding.Level.WARN, topic,
                one ? problems.getFirst().place() + ": " + problems.getFirst().what()
                        : files.size() + " problems", advice(outcome, one), files));
    }

    private static Stream<String> places(Problem problem) {
        return problem.files().isEmpty() ? Stream.of(problem.place() + ": " + problem.what())
                : problem.files().stream().map(file -> file + ": " + problem.what());
    }

    private static String advice(Outcome outcome, boolean one) {
        return switch (outcome) {
            case IMAGE_SKIPPED -> "correct it: the " + (one ? "image is" : "images are") + " not used";
            case ROWS_DROPPED -> "correct the rows: they are not used";
            case BACKGROUND -> "add label files, empty ones for images without objects";
            case SUSPICIOUS -> "";
            case FILES_SKIPPED -> "these files are not used";
            case NOTED, IMAGE_REPLACED, NOT_CACHED -> outcome.words();
        };
    }
}
