package io.yolofit.data.draw;

import io.yolofit.base.NativeBundle;
import io.yolofit.data.batch.Batch;
import io.yolofit.data.image.Mats;
import io.yolofit.data.image.RgbImage;
import io.yolofit.graph.op.TargetColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/// Draws boxes with class names on images, and saves them as JPEG.
///
/// @param names class names by number; a class without a name is drawn as its number
/// @param style what is drawn
public record Annotator(List<String> names, DrawingStyle style) {
    private static final int MOST_IMAGES = 16;
    private static final int LARGEST_SHEET = 1920; // pixels per side
    private static final int GAP = 2; // pixels between the images of a sheet

    static {
        NativeBundle.OPENCV.load();
    }

    public Annotator {
        names = List.copyOf(names);
    }

    public Annotator(List<String> names) {
        this(names, DrawingStyle.DEFAULT);
    }

    /// Saves the part of the image within an overlay, at least one pixel.
    public static void crop(RgbImage image, Overlay overlay, Path jpg) throws IOException {
        int left = Math.clamp((int) overlay.x1(), 0, image.width() - 1);
        int top = Math.clamp((int) overlay.y1(), 0, image.height() - 1);
        int right = Math.clamp((int) Math.ceil(overlay.x2()), left + 1, image.width());
        int bottom = Math.clamp((int) Math.ceil(overlay.y2()), top + 1, image.height());
        try (Rect place = new Rect(left, top, right - left, bottom - top); Mat part = new Mat(image.mat(), place)) {
            Canvas.saveJpeg(part, jpg);
        }
    }

    /// Draws onto a copy of an image file, at its original size.
    public void save(Path image, List<Overlay> overlays, Path jpg) throws IOException {
        try (RgbImage decoded = RgbImage.decode(image)) {
            save(decoded, overlays, jpg);
        }
    }

    /// Draws onto a copy of the image.
    public void save(RgbImage image, List<Overlay> overlays, Path jpg) throws IOException {
        try (Mat copy = image.mat().clone()) {
            draw(Canvas.sizedFor(copy, copy.rows(), copy.cols(), style.lineWidth()), overlays, 1);
            Canvas.saveJpeg(copy, jpg);
        }
    }

    /// Saves a grid of the first 16 images of a batch, with their targets.
    public void sheet(Batch batch, Path jpg) throws IOException {
        List<List<Overlay>> overlays = new ArrayList<>();
        for (int image = 0; image < batch.images(); image++) {
            overlays.add(truth(batch, image));
        }
        sheet(batch, overlays, jpg);
    }

    /// Saves a grid of the first 16 images of a batch.
    ///
    /// @param overlays one list per image, in pixels of the network's input
    public void sheet(Batch batch, List<List<Overlay>> overlays, Path jpg) throws IOException {
        if (overlays.size() != batch.images()) {
            throw new IllegalArgumentException("%d lists of overlays for %d images".formatted(overlays.size(),
                    batch.images()));
        }
        int shown = Math.min(batch.images(), MOST_IMAGES);
        int columns = (int) Math.ceil(Math.sqrt(shown));
        int rows = Math.ceilDiv(shown, columns);
        double scale = Math.min(1, (double) LARGEST_SHEET / (columns * Math.max(batch.height(), batch.width())));
        int height = (int) (batch.height() * scale);
        int width = (int) (batch.width() * scale);
        try (Scalar white = new Scalar(255, 255, 255, 0);
                Mat sheet = new Mat(rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, Mats.RGB, white)) {
            for (int image = 0; image < shown; image++) {
                int left = image % columns * (width + GAP);
                int top = image / columns * (height + GAP);
                try (Rect cell = new Rect(left, top, width, height); Mat tile = new Mat(sheet, cell)) {
                    drawTile(batch, image, overlays.get(image), tile, scale);
                }
            }
            Canvas.saveJpeg(sheet, jpg);
        }
    }

    private void drawTile(Batch batch, int image, List<Overlay> overlays, Mat tile, double scale) {
        long bytes = Mats.bytes(batch.height(), batch.width());
        try (Mat pixels = Mats.over(batch.pixels().asSlice(image * bytes, bytes), batch.height(), batch.width());
                Size size = new Size(tile.cols(), tile.rows())) {
            opencv_imgproc.resize(pixels, tile, size, 0, 0, opencv_imgproc.INTER_AREA);
        }
        Canvas canvas = Canvas.sizedFor(tile, tile.rows(), tile.cols());
        draw(canvas, overlays, scale);
        canvas.caption(batch.samples().get(image).path().getFileName().toString(), 0, 0);
    }

    private void draw(Canvas canvas, List<Overlay> overlays, double scale) {
        if (!style.boxes()) {
            return;
        }
        for (Overlay overlay : overlays) {
            canvas.box(overlay.x1() * scale, overlay.y1() * scale, overlay.x2() * scale,
                    overlay.y2() * scale, Palette.color(overlay.category()), caption(overlay));
        }
    }

    private String caption(Overlay overlay) {
        if (!style.labels()) {
            return "";
        }
        String name = overlay.category() < names.size() ? names.get(overlay.category())
                : String.valueOf(overlay.category());
        return Float.isNaN(overlay.score()) || !style.confidences() ? name
                : String.format(Locale.ROOT, "%s %.2f", name, overlay.score());
    }

    private static List<Overlay> truth(Batch batch, int image) {
        List<Overlay> overlays = new ArrayList<>();
        float[] targets = batch.targets();
        for (int row = batch.offsets()[image]; row < batch.offsets()[image + 1]; row++) {
            float x = TargetColumn.CENTER_X.of(targets, row) * batch.width();
            float y = TargetColumn.CENTER_Y.of(targets, row) * batch.height();
            float halfWidth = TargetColumn.WIDTH.of(targets, row) * batch.width() / 2;
            float halfHeight = TargetColumn.HEIGHT.of(targets, row) * batch.height() / 2;
            overlays.add(Overlay.ofTruth((int) TargetColumn.CLASS.of(targets, row), x - halfWidth, y - halfHeight,
                    x + halfWidth, y + halfHeight));
        }
        return overlays;
    }
}
