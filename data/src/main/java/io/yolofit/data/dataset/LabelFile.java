package io.yolofit.data.dataset;

import io.yolofit.data.files.FileFailure;
import io.yolofit.data.files.UserText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Parses one label file, row by row. A malformed row makes the whole file unusable, because the other rows cannot be
/// trusted either; duplicates and boxes without area are dropped one by one. If no row is left, the image is no
/// background: its objects could not be read.
final class LabelFile {
    /// No class was out of range.
    static final int NONE = -1;

    private final Path file;
    private final LabelFormat format;
    private final List<Label> labels = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private int wrongClass = NONE;

    private LabelFile(Path file, LabelFormat format) {
        this.file = file;
        this.format = format;
    }

    /// The content of a label file.
    ///
    /// @param usable false if the image must be skipped; the last problem has the reason
    /// @param wrongClass the class number that is out of range, or [#NONE]
    record Content(List<Label> labels, List<Problem> problems, boolean usable, boolean exists, int wrongClass) {
    }

    /// Reads the file; a missing one is an image without objects, a link to a missing one is an error.
    static Content read(Path file, LabelFormat format) {
        LabelFile reader = new LabelFile(file, format);
        try {
            boolean usable = reader.parse(UserText.read(file));
            return new Content(reader.labels, reader.problems, usable, true, reader.wrongClass);
        } catch (NoSuchFileException e) {
            Optional<String> link = brokenLink(file);
            if (link.isPresent()) {
                return unusable(file, link.get());
            }
            return new Content(List.of(), List.of(), true, false, NONE);
        } catch (UserText.EncodingException e) {
            return unusable(file, e.getMessage());
        } catch (IOException e) {
            return unusable(file, "cannot be read: " + FileFailure.reason(e));
        }
    }

    /// The message if the path is a link to nothing.
    static Optional<String> brokenLink(Path path) {
        if (!Files.isSymbolicLink(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of("is a link to %s, which does not exist".formatted(Files.readSymbolicLink(path)));
        } catch (IOException e) {
            return Optional.of("is a link that cannot be read: " + FileFailure.reason(e));
        }
    }

    private static Content unusable(Path file, String what) {
        return new Content(List.of(), List.of(Problem.ofFile(file, what, Outcome.IMAGE_SKIPPED)), false, true, NONE);
    }

    private boolean parse(String text) {
        int number = 0;
        int duplicates = 0;
        for (String line : text.split("\r\n|\r|\n", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            Label label;
            try {
                label = LabelRow.parse(line.strip(), format);
            } catch (IllegalArgumentException e) {
                wrongClass = e instanceof LabelRow.ClassOutOfRange wrong ? wrong.category() : NONE;
                problems.add(new Problem(file, number, e.getMessage(), Outcome.IMAGE_SKIPPED));
                return false;
            }
            if (label.width() == 0 || label.height() == 0) {
                problems.add(new Problem(file, number, "the box has no area", Outcome.ROWS_DROPPED));
            } else if (labels.stream().anyMatch(label::sameBox)) {
                duplicates++;
            } else {
                labels.add(label);
            }
        }
        if (duplicates > 0) {
            problems.add(Problem.ofFile(file, duplicates == 1 ? "1 duplicate row" : duplicates + " duplicate rows",
                    Outcome.ROWS_DROPPED));
        }
        if (labels.isEmpty() && !problems.isEmpty()) {
            problems.add(Problem.ofFile(file, "no row can be used, so the image is no background",
                    Outcome.IMAGE_SKIPPED));
            return false;
        }
        return true;
    }
}
