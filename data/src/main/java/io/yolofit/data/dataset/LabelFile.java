package io.yolofit.data.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Parses one label file, row by row. A malformed row makes the whole file unusable, because the other rows cannot be
/// trusted either; duplicates and boxes without area are dropped one by one.
final class LabelFile {
    /// Coordinates up to this far outside the image are rounding errors of annotation tools and are clamped.
    private static final float TOLERANCE = 0.01f;
    private static final int BOX_COLUMNS = 5;
    private static final int FEWEST_POLYGON_COLUMNS = 7;

    private final Path file;
    private final int classes;
    private final List<Label> labels = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private LabelFile(Path file, int classes) {
        this.file = file;
        this.classes = classes;
    }

    /// The content of a label file.
    ///
    /// @param usable false if the image must be skipped; the last problem has the reason
    record Content(List<Label> labels, List<Problem> problems, boolean usable, boolean exists) {
    }

    /// Reads the file; a missing one is an image without objects.
    static Content read(Path file, int classes) {
        LabelFile reader = new LabelFile(file, classes);
        try {
            boolean usable = reader.parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            return new Content(reader.labels, reader.problems, usable, true);
        } catch (NoSuchFileException e) {
            return new Content(List.of(), List.of(), true, false);
        } catch (IOException e) {
            Problem problem = Problem.ofFile(file, "cannot be read: " + e.getMessage(), Outcome.IMAGE_SKIPPED);
            return new Content(List.of(), List.of(problem), false, true);
        }
    }

    private boolean parse(String text) {
        int number = 0;
        int duplicates = 0;
        for (String line : text.replace("\ufeff", "").split("\r\n|\r|\n", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            Label label;
            try {
                label = row(line.strip().split("\\s+"));
            } catch (IllegalArgumentException e) {
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
        return true;
    }

    private Label row(String[] columns) {
        boolean isPolygon = columns.length >= FEWEST_POLYGON_COLUMNS && columns.length % 2 == 1;
        if (columns.length != BOX_COLUMNS && !isPolygon) {
            throw new IllegalArgumentException(
                    "%d columns, expected 5 (class cx cy w h) or 7, 9, ... (class and polygon)".formatted(
                    columns.length));
        }
        int category = category(columns[0]);
        float[] values = new float[columns.length - 1];
        for (int i = 0; i < values.length; i++) {
            values[i] = fraction(columns[i + 1], i + 2, !isPolygon && i >= 2);
        }
        return isPolygon ? Label.ofPolygon(category, values)
                : Label.ofBox(category, values[0], values[1], values[2], values[3]);
    }

    private int category(String text) {
        float value = number(text, 1);
        if (value != Math.rint(value)) {
            throw new IllegalArgumentException("class %s is not a whole number".formatted(text));
        }
        if (value < 0 || value >= classes) {
            throw new IllegalArgumentException(
                    "class %s is out of range, the dataset has %d classes (0 to %d)".formatted(
                    text, classes, classes - 1));
        }
        return (int) value;
    }

    private static float fraction(String text, int column, boolean isSize) {
        float value = number(text, column);
        if (isSize && value < 0) {
            throw new IllegalArgumentException("size %s in column %d is negative".formatted(text, column));
        }
        if (value < -TOLERANCE || value > 1 + TOLERANCE) {
            throw new IllegalArgumentException(
                    "%s in column %d is outside 0 to 1: are these pixels? Labels are fractions of the image's size"
                            .formatted(text, column));
        }
        return Math.clamp(value, 0f, 1f);
    }

    private static float number(String text, int column) {
        float value;
        try {
            value = Float.parseFloat(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'%s' in column %d is not a number".formatted(text, column), e);
        }
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException("%s in column %d is not finite".formatted(text, column));
        }
        return value;
    }
}
