package io.yolofit.data.image;

/// The size at which an image is loaded: its long side is scaled up or down to `imageSize`, the aspect ratio is kept,
/// and the short side is rounded up (recipe, "Data", Load).
public record LoadSize(int height, int width) {

    public static LoadSize of(int originalHeight, int originalWidth, int imageSize) {
        double ratio = (double) imageSize / Math.max(originalHeight, originalWidth);
        if (ratio == 1) {
            return new LoadSize(originalHeight, originalWidth);
        }
        return new LoadSize(
                Math.min((int) Math.ceil(originalHeight * ratio), imageSize),
                Math.min((int) Math.ceil(originalWidth * ratio), imageSize));
    }
}
