package io.yolofit.data.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.base.file.AtomicFile;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.files.FileNames;
import io.yolofit.data.files.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Stores the findings of a scan in `<cache folder>/scans/<split>-<hash of its sources>.json`.
///
/// The file contains its key: a hash over the format version, the label format, path, size and modification time of
/// every image and label file, and whether the label file's folder lists it. If the key differs or the file is damaged,
/// the split is scanned again. Labels are stored as rows `[class, cx, cy, w, h, x1, y1, ...]`.
final class ScanCache {
    private static final int VERSION = 3;
    private static final int NAME_DIGITS = 16;
    private static final int BOX_COLUMNS = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Split split;
    private final Path file;

    ScanCache(Path cacheFolder, Split split) {
        this.split = split;
        Fingerprint sources = new Fingerprint();
        split.sources().forEach(source -> sources.add(FileNames.text(source)));
        String name = sources.hex().substring(0, NAME_DIGITS);
        this.file = cacheFolder.resolve("scans").resolve(split.name() + "-" + name + ".json");
    }

    private record Stored(String key, List<StoredFinding> findings) {
    }

    private record StoredFinding(String image, int width, int height, boolean intact, boolean hasLabelFile,
                                 float[][] labels, int wrongClass, List<StoredProblem> problems) {
    }

    private record StoredProblem(String file, int line, String what, Outcome outcome) {
    }

    String key(List<Path> images, LabelFinder.Found labels) {
        Fingerprint key = new Fingerprint().add(VERSION).add(split.format());
        if (split.annotations().isPresent()) {
            split.annotations().get().images().forEach((image, annotated) -> {
                key.addFile(image).add(annotated.width()).add(annotated.height());
                annotated.labels().forEach(label -> key.add(Arrays.toString(row(label))));
            });
            images.forEach(image -> key.add(FileNames.text(image))); // fraction= may have taken a part
            return key.hex();
        }
        for (Path image : images) {
            key.addFile(image).addFile(labels.fileOf(image)).add(labels.labels().containsKey(image));
        }
        return key.hex();
    }

    Optional<List<Scanner.Finding>> load(String key) {
        try {
            Stored stored = JSON.readValue(file.toFile(), Stored.class);
            if (stored == null || !key.equals(stored.key)) {
                return Optional.empty();
            }
            return Optional.of(stored.findings.stream().map(ScanCache::restore).toList());
        } catch (IOException | RuntimeException e) { // missing, truncated or of another format: scan again
            return Optional.empty();
        }
    }

    /// Writes a temporary file and renames it atomically, so that a killed run leaves no partial file. A cache that
    /// cannot be written is reported and does not stop the run.
    Optional<Problem> store(String key, List<Scanner.Finding> findings) {
        Stored stored = new Stored(key, findings.stream().map(ScanCache::stored).toList());
        try {
            Files.createDirectories(file.getParent());
            AtomicFile.replacePrivate(file, draft -> JSON.writeValue(draft.toFile(), stored));
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the scan's findings cannot be written as JSON", e);
        } catch (IOException e) {
            return Optional.of(Problem.ofFile(file, ("the scan's result cannot be kept here: %s; every run will scan "
                    + "the images. Make the folder writable, or set XDG_CACHE_HOME to another one").formatted(
                    FileFailure.reason(e)), Outcome.NOT_CACHED));
        }
    }

    private static StoredFinding stored(Scanner.Finding finding) {
        return new StoredFinding(FileNames.text(finding.image()), finding.width(), finding.height(), finding.intact(),
                finding.hasLabelFile(), finding.labels().stream().map(ScanCache::row).toArray(float[][]::new),
                finding.wrongClass(), finding.problems().stream().map(problem -> new StoredProblem(
                        FileNames.text(problem.file()), problem.line(), problem.what(), problem.outcome())).toList());
    }

    private static Scanner.Finding restore(StoredFinding finding) {
        return new Scanner.Finding(FileNames.parse(finding.image), finding.width, finding.height, finding.intact,
                Arrays.stream(finding.labels).map(ScanCache::label).toList(), finding.hasLabelFile, finding.wrongClass,
                finding.problems.stream().map(problem -> new Problem(
                        FileNames.parse(problem.file), problem.line, problem.what, problem.outcome)).toList());
    }

    private static float[] row(Label label) {
        float[] row = Arrays.copyOf(new float[] {
            label.category(), label.centerX(), label.centerY(), label.width(), label.height()},
                BOX_COLUMNS + label.polygon().length);
        System.arraycopy(label.polygon(), 0, row, BOX_COLUMNS, label.polygon().length);
        return row;
    }

    private static Label label(float[] row) {
        return new Label((int) row[0], row[1], row[2], row[3], row[4],
                Arrays.copyOfRange(row, BOX_COLUMNS, row.length));
    }
}
