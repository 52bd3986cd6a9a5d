package io.yolofit.data.dataset;

/// Parses one row of a label file. Throws `IllegalArgumentException` with the reason if it is malformed.
final class LabelRow {
    /// Coordinates up to this far outside the image are rounding errors of annotation tools and are clamped.
    private static final float TOLERANCE = 0.01f;
    private static final int FEWEST_POLYGON_COLUMNS = 7;
    private static final int LARGEST_VISIBILITY = 2;
    private static final int POSE_DIMENSIONS = 3;
    /// From this number on, values that are all 0 or 1 are visibilities, not coordinates.
    private static final int ENOUGH_VISIBILITIES = 4;
    private static final float HALF_BOX = 0.5f;
    private static final float TENTH = 0.1f;

    private final String[] columns;
    private final LabelFormat format;

    private LabelRow(String[] columns, LabelFormat format) {
        this.columns = columns;
        this.format = format;
    }

    /// A class number that the dataset does not have.
    static final class ClassOutOfRange extends IllegalArgumentException {
        private static final long serialVersionUID = 1;
        private final int category;

        private ClassOutOfRange(String message, int category) {
            super(message);
            this.category = category;
        }

        int category() {
            return category;
        }
    }

    static Label parse(String line, LabelFormat format) {
        int comment = line.indexOf('#');
        if (comment >= 0) {
            throw new IllegalArgumentException("'%s' is a comment, and label files have none: remove it".formatted(
                    shortened(line.substring(comment))));
        }
        boolean commas = line.indexOf(',') >= 0;
        boolean semicolons = line.indexOf(';') >= 0;
        if (commas || semicolons) {
            throw new IllegalArgumentException(
                    "'%s' has %s: values are separated by spaces, and decimals have a point".formatted(shortened(line),
                    !semicolons ? "commas" : commas ? "commas and semicolons" : "semicolons"));
        }
        return new LabelRow(line.split("\\s+"), format).label();
    }

    private static String shortened(String line) {
        int most = 40;
        return line.length() <= most ? line : line.substring(0, most) + "...";
    }

    private Label label() {
        if (isBox()) {
            int category = category();
            return Label.ofBox(category, fraction(1, false), fraction(2, false), fraction(3, true), fraction(4, true));
        }
        requirePolygonColumns();
        int category = category();
        refuseUndeclaredPose();
        float[] points = new float[columns.length - 1];
        for (int i = 0; i < points.length; i++) {
            points[i] = fraction(i + 1, false);
        }
        return Label.ofPolygon(category, points);
    }

    /// A box, or a pose row, whose key points are not used.
    private boolean isBox() {
        return columns.length == LabelFormat.BOX_COLUMNS
                || format.hasKeyPoints() && columns.length == format.poseColumns();
    }

    private void requirePolygonColumns() {
        if (format.hasKeyPoints()) {
            throw new IllegalArgumentException(
                    "%d columns, expected %d (class, box and key points by kpt_shape: [%d, %d]) or 5 (class cx cy w h)"
                    .formatted(columns.length, format.poseColumns(), format.keyPoints(), format.dimensions()));
        }
        if (columns.length < FEWEST_POLYGON_COLUMNS || columns.length % 2 == 0) {
            throw new IllegalArgumentException(
                    "%d columns, expected 5 (class cx cy w h) or 7, 9, ... (class and polygon)%s".formatted(
                    columns.length, columns.length == LabelFormat.BOX_COLUMNS + 1
                    ? ": is the last a confidence or a track id?" : columns.length > FEWEST_POLYGON_COLUMNS
                    ? ": are these key points? They need kpt_shape in the dataset YAML" : ""));
        }
    }

    /// A row of box and key points has the form of a polygon if the number of points is even. It is recognized by a
    /// box inside the image and by visibilities, which are 0, 1 or 2. A 2 is no coordinate, and four and more values in
    /// the places of visibilities are hardly ever all 0 or 1 in a polygon. Two may be, where an object touches a corner
    /// of the image, so that the box of such a row must contain the points.
    private void refuseUndeclaredPose() {
        int points = (columns.length - LabelFormat.BOX_COLUMNS) / POSE_DIMENSIONS;
        if ((columns.length - LabelFormat.BOX_COLUMNS) % POSE_DIMENSIONS != 0 || !hasBox(1) || !hasBox(2)) {
            return;
        }
        boolean certain = points >= ENOUGH_VISIBILITIES;
        boolean contained = true;
        for (int first = LabelFormat.BOX_COLUMNS; first < columns.length; first += POSE_DIMENSIONS) {
            float visibility = number(first + 2);
            if (visibility != Math.rint(visibility) || visibility < 0 || visibility > LARGEST_VISIBILITY
                    || !isInside(first, 0, 1) || !isInside(first + 1, 0, 1)) {
                return;
            }
            certain |= visibility == LARGEST_VISIBILITY;
            contained &= isInBox(first, 1) && isInBox(first + 1, 2)
                    || visibility == 0 && number(first) == 0 && number(first + 1) == 0;
        }
        if (certain || contained) {
            throw new IllegalArgumentException(
                    "%d columns that look like a box and %d key points; add 'kpt_shape: [%d, %d]' to the dataset YAML"
                    .formatted(columns.length, points, points, POSE_DIMENSIONS));
        }
    }

    /// Whether a center and its size describe a box with area inside the image, up to a tenth of its size.
    private boolean hasBox(int center) {
        float size = number(center + 2);
        return size > 0 && isInside(center, (HALF_BOX - TENTH) * size, 1 - (HALF_BOX - TENTH) * size);
    }

    /// Whether a coordinate is inside the box, up to a tenth of its size.
    private boolean isInBox(int column, int center) {
        return Math.abs(number(column) - number(center)) <= (HALF_BOX + TENTH) * number(center + 2);
    }

    private boolean isInside(int column, float low, float high) {
        return number(column) >= low - TOLERANCE && number(column) <= high + TOLERANCE;
    }

    private int category() {
        float value = number(0);
        if (value != Math.rint(value)) {
            throw new IllegalArgumentException("class %s is not a whole number".formatted(columns[0]));
        }
        if (value < 0 || value >= format.classes()) {
            throw new ClassOutOfRange("class %s is out of range, the dataset has %d classes (0 to %d)".formatted(
                    columns[0], format.classes(), format.classes() - 1), (int) value);
        }
        return (int) value;
    }

    private float fraction(int column, boolean isSize) {
        float value = number(column);
        if (isSize && value < 0) {
            throw new IllegalArgumentException("size %s in column %d is negative".formatted(columns[column],
                    column + 1));
        }
        if (value < -TOLERANCE || value > 1 + TOLERANCE) {
            throw new IllegalArgumentException(
                    "%s in column %d is outside 0 to 1: are these pixels? Labels are fractions of the image's size"
                    .formatted(columns[column], column + 1));
        }
        return Math.clamp(value, 0f, 1f);
    }

    private float number(int column) {
        float value;
        try {
            value = Float.parseFloat(columns[column]);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'%s' in column %d is not a number".formatted(columns[column],
                    column + 1), e);
        }
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException("%s in column %d is not finite".formatted(columns[column], column + 1));
        }
        return value;
    }
}
