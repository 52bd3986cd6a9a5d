package io.yolofit.data.image;

import io.yolofit.data.geometry.Box;
import java.lang.foreign.MemorySegment;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/// The placement of an image in the network's input, and its inverse: the image is resized to
/// `resizedHeight x resizedWidth` and padded with gray 114 to `height x width`; its top-left corner is at
/// (`left`, `top`).
///
/// Boxes are mapped back with `ratio`, `padX` and `padY`: `original = (network - pad) / ratio`. In prediction these
/// equal the placement. In validation the image was first loaded at its [LoadSize], which rounds up, and the
/// reference maps back with the unrounded size: `pad = round((s - original * ratio) / 2 - 0.1)`, which may differ from
/// the placement by a pixel (recipe, "Evaluation").
public record Letterbox(int originalHeight, int originalWidth, int resizedHeight, int resizedWidth,
                        int height, int width, int top, int left, double ratio, double padX, double padY) {

    /// Prediction: one resize of the original by `min(height / h0, width / w0)`, sides rounded, centered.
    public static Letterbox forPrediction(int originalHeight, int originalWidth, int height, int width) {
        double ratio = Math.min((double) height / originalHeight, (double) width / originalWidth);
        return centered(originalHeight, originalWidth, ratio, height, width);
    }

    /// Prediction with minimal padding: the smallest rectangle with sides that are multiples of the stride in which the
    /// image's long side is `imageSize`.
    public static Letterbox minimal(int originalHeight, int originalWidth, int imageSize, int stride) {
        return minimal(originalHeight, originalWidth, imageSize, imageSize, stride);
    }

    /// The same within a rectangle of `height x width`.
    public static Letterbox minimal(int originalHeight, int originalWidth, int height, int width, int stride) {
        Letterbox whole = forPrediction(originalHeight, originalWidth, height, width);
        return centered(originalHeight, originalWidth, whole.ratio,
                Math.ceilDiv(whole.resizedHeight, stride) * stride,
                Math.ceilDiv(whole.resizedWidth, stride) * stride);
    }

    private static Letterbox centered(int originalHeight, int originalWidth, double ratio, int height, int width) {
        int resizedHeight = Math.max(1, (int) Math.rint(originalHeight * ratio));
        int resizedWidth = Math.max(1, (int) Math.rint(originalWidth * ratio));
        int top = before(height - resizedHeight);
        int left = before(width - resizedWidth);
        return new Letterbox(originalHeight, originalWidth, resizedHeight, resizedWidth, height, width,
                top, left, ratio, left, top);
    }

    /// Validation: the image at its [LoadSize] of `imageSize`, then centered in `height x width` (both at least that
    /// size), without another resize.
    public static Letterbox forValidation(int originalHeight, int originalWidth, int imageSize, int height, int width) {
        LoadSize loaded = LoadSize.of(originalHeight, originalWidth, imageSize);
        if (loaded.height() > height || loaded.width() > width) {
            throw new IllegalArgumentException(
                    "an image of %d x %d does not fit into %d x %d without resizing".formatted(
                    loaded.width(), loaded.height(), width, height));
        }
        double ratio = (double) imageSize / Math.max(originalHeight, originalWidth);
        return new Letterbox(originalHeight, originalWidth, loaded.height(), loaded.width(), height, width,
                before(height - loaded.height()), before(width - loaded.width()), ratio,
                before(width - originalWidth * ratio), before(height - originalHeight * ratio));
    }

    /// The padding before the image when `total` is split evenly; an odd pixel is added after it.
    private static int before(double total) {
        return (int) Math.rint(total / 2 - 0.1);
    }

    /// Writes the letterboxed pixels of the image, of original or resized size, to `[height, width, 3]` bytes.
    public void place(RgbImage image, MemorySegment target) {
        try (Mat canvas = Mats.over(target, height, width)) {
            place(image.mat(), canvas);
        }
    }

    /// The same, onto a matrix of `height x width` pixels.
    public void place(Mat image, Mat canvas) {
        if (image.rows() == resizedHeight && image.cols() == resizedWidth) {
            pad(image, canvas);
            return;
        }
        if (image.rows() != originalHeight || image.cols() != originalWidth) {
            throw new IllegalArgumentException("this letterbox is for an image of %d x %d, not %d x %d".formatted(
                    originalWidth, originalHeight, image.cols(), image.rows()));
        }
        try (Mat resized = new Mat(); Size size = new Size(resizedWidth, resizedHeight)) {
            opencv_imgproc.resize(image, resized, size, 0, 0, opencv_imgproc.INTER_LINEAR);
            pad(resized, canvas);
        }
    }

    private void pad(Mat resized, Mat canvas) {
        try (Scalar gray = Mats.grayScalar()) {
            opencv_core.copyMakeBorder(resized, canvas, top, height - resizedHeight - top,
                    left, width - resizedWidth - left, opencv_core.BORDER_CONSTANT, gray);
        }
    }

    /// A box in original pixels, in the pixels of the network's input.
    public Box toNetwork(Box original) {
        return original.scale((double) resizedWidth / originalWidth, (double) resizedHeight / originalHeight)
                .shift(left, top);
    }

    /// A box in the pixels of the network's input, in original pixels, clipped to the image.
    public Box toOriginal(Box network) {
        return network.shift(-padX, -padY).scale(1 / ratio, 1 / ratio).clip(originalWidth, originalHeight);
    }

    /// The same for boxes in a flat array `x1, y1, x2, y2, ...`, in place.
    public void toOriginal(float[] boxes) {
        for (int i = 0; i < boxes.length; i += 4) {
            Box box = toOriginal(new Box(boxes[i], boxes[i + 1], boxes[i + 2], boxes[i + 3]));
            boxes[i] = (float) box.x1();
            boxes[i + 1] = (float) box.y1();
            boxes[i + 2] = (float) box.x2();
            boxes[i + 3] = (float) box.y2();
        }
    }
}
