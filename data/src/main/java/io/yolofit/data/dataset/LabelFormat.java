package io.yolofit.data.dataset;

/// What the rows of a dataset's label files mean.
///
/// @param classes number of classes
/// @param keyPoints number of key points in pose rows; 0 if there are none
/// @param dimensions values per key point: 2 (x, y) or 3 (x, y, visibility); 0 if there are none
public record LabelFormat(int classes, int keyPoints, int dimensions) {
    static final int BOX_COLUMNS = 5;

    public static LabelFormat ofBoxes(int classes) {
        return new LabelFormat(classes, 0, 0);
    }

    boolean hasKeyPoints() {
        return keyPoints > 0;
    }

    /// Columns of a pose row: class, box, key points.
    int poseColumns() {
        return BOX_COLUMNS + keyPoints * dimensions;
    }
}
