package io.yolofit.train.eval;

/// One labeled object: its class and its corners in pixels, in the frame of the detections it is compared with.
public record GroundTruth(int classId, float x1, float y1, float x2, float y2) {

    /// Converts the label row `class cx cy w h`, normalized to an image of width x height pixels whose top left corner
    /// is at (left, top) of the frame. For a letterboxed image, width and height are those of the resized picture.
    public static GroundTruth ofNormalized(int classId, double centerX, double centerY, double boxWidth,
            double boxHeight, double width, double height, double left, double top) {
        return new GroundTruth(classId,
                (float) ((centerX - boxWidth / 2) * width + left), (float) ((centerY - boxHeight / 2) * height + top),
                (float) ((centerX + boxWidth / 2) * width + left), (float) ((centerY + boxHeight / 2) * height + top));
    }
}
