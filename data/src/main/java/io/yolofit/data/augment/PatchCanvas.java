package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/// Images on a canvas of padding gray, and their objects. The canvas is not materialized: [#copyRow(int, int, int,
/// byte[])] computes single rows, and [#toPixels()] all of it for the steps that need it.
///
/// Closing it closes the images.
///
/// @param patches do not overlap; they are clipped to the canvas
/// @param targets in pixels of the canvas
record PatchCanvas(List<Patch> patches, int height, int width, List<Target> targets) implements AutoCloseable {
    PatchCanvas {
        patches = List.copyOf(patches);
        targets = List.copyOf(targets);
    }

    /// An image whose top-left corner is at (left, top) of the canvas.
    record Patch(Mat mat, MemorySegment pixels, int left, int top) {
        static Patch of(Mat mat, int left, int top) {
            return new Patch(mat, Mats.segment(mat), left, top);
        }

        /// Copies this patch's part of canvas row y between the columns `first` and `end`; `row` starts at the canvas
        /// column `from`.
        private void copyRow(int y, int from, int first, int end, byte[] row) {
            int x1 = Math.max(left, first);
            int x2 = Math.min(left + mat.cols(), end);
            if (y >= top && y < top + mat.rows() && x1 < x2) {
                MemorySegment.copy(pixels, ValueLayout.JAVA_BYTE,
                        Mats.CHANNELS * ((long) (y - top) * mat.cols() + x1 - left),
                        row, Mats.CHANNELS * (x1 - from), Mats.CHANNELS * (x2 - x1));
            }
        }

        private void paste(Mat canvas) {
            int x1 = Math.max(left, 0);
            int y1 = Math.max(top, 0);
            int shownWidth = Math.min(left + mat.cols(), canvas.cols()) - x1;
            int shownHeight = Math.min(top + mat.rows(), canvas.rows()) - y1;
            try (Rect from = new Rect(x1 - left, y1 - top, shownWidth, shownHeight);
                    Rect to = new Rect(x1, y1, shownWidth, shownHeight);
                    Mat source = new Mat(mat, from);
                    Mat target = new Mat(canvas, to)) {
                source.copyTo(target);
            }
        }
    }

    /// A canvas of exactly one image; takes ownership of the image.
    static PatchCanvas of(LabeledPixels image) {
        return new PatchCanvas(List.of(Patch.of(image.pixels(), 0, 0)), image.height(), image.width(), image.targets());
    }

    /// Row y from column `from` to column `to` (exclusive), interleaved; gray outside the canvas.
    void copyRow(int y, int from, int to, byte[] row) {
        Arrays.fill(row, (byte) Mats.GRAY);
        if (y >= 0 && y < height) {
            int first = Math.max(from, 0);
            int end = Math.min(to, width);
            for (Patch patch : patches) {
                patch.copyRow(y, from, first, end, row);
            }
        }
    }

    /// Materializes the whole canvas; the caller closes it.
    LabeledPixels toPixels() {
        Mat canvas = Mats.gray(height, width);
        patches.forEach(patch -> patch.paste(canvas));
        return new LabeledPixels(canvas, targets);
    }

    @Override
    public void close() {
        patches.forEach(patch -> patch.mat.close());
    }
}
