package io.yolofit.data.draw;

import io.yolofit.data.batch.Batch;
import io.yolofit.data.image.Mats;
import io.yolofit.data.image.RgbImage;
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
/// @param names class names by number; a class beyond them is drawn with its number
public record Annotator(List<String> names) {
    private static final int MOST_IMAGES = 16;
    private static final int LARGEST_SHEET = 1920; // pixels per side
    private static final int GAP = 2; // pixels between the images of a sheet

    public Annotator {
        names = List.copyOf(names);
    }

    /// Draws onto a copy of an image file, at its original size.
    public void save(Path image, List<Mark> marks, Path jpg) throws IOException {
        try (RgbImage decoded = RgbImage.decode(image)) {
            save(decoded, marks, jpg);
        }
    }

    /// Draws onto a copy of the image.
    public void save(RgbImage image, List<Mark> marks, Path jpg) throws IOException {
        try (Mat copy = image.mat().clone()) {
            draw(Canvas.sizedFor(copy, copy.rows(), copy.cols()), marks, 1);
            Canvas.saveJpeg(copy, jpg);
        }
    }

    /// A sheet of the first 16 images of a batch, with their targets.
    public void sheet(Batch batch, Path jpg) throws IOException {
        List<List<Mark>> marks = new ArrayList<>();
        for (int image = 0; image < batch.images(); image++) {
            marks.add(truth(batch, image));
        }
        sheet(batch, marks, jpg);
    }

    /// A sheet of the first 16 images of a batch.
    ///
    /// @param marks one list per image, in pixels of the network's input
    public void sheet(Batch batch, List<List<Mark>> marks, Path jpg) throws IOException {
        if (marks.size() != batch.images()) {
            throw new IllegalArgumentException("%d lists of marks for %d images".formatted(marks.size(),
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
                try (Rect place = new Rect(left, top, width, height); Mat tile = new Mat(sheet, place)) {
                    drawTile(batch, image, marks.get(image), tile, scale);
                }
            }
            Canvas.saveJpeg(sheet, jpg);
        }
    }

    private void drawTile(Batch batch, int image, List<Mark> marks, Mat tile, double scale) {
        long bytes = Mats.bytes(batch.height(), batch.width());
        try (Mat pixels = Mats.over(batch.pixels().asSlice(image * bytes, bytes), batch.height(), batch.width());
                Size size = new Size(tile.cols(), tile.rows())) {
            opencv_imgproc.resize(pixels, tile, size, 0, 0, opencv_imgproc.INTER_AREA);
        }
        Canvas canvas = Canvas.sizedFor(tile, tile.rows(), tile.cols());
        draw(canvas, marks, scale);
        canvas.caption(batch.samples().get(image).path().getFileName().toString(), 0, 0);
    }

    private void draw(Canvas canvas, List<Mark> marks, double scale) {
        for (Mark mark : marks) {
            canvas.box(mark.x1() * scale, mark.y1() * scale, mark.x2() * scale,
                    mark.y2() * scale, Palette.color(mark.category()), caption(mark));
        }
    }

    private String caption(Mark mark) {
        String name = mark.category() < names.size() ? names.get(mark.category()) : String.valueOf(mark.category());
        return Float.isNaN(mark.score()) ? name : String.format(Locale.ROOT, "%s %.2f", name, mark.score());
    }

    private static List<Mark> truth(Batch batch, int image) {
        List<Mark> marks = new ArrayList<>();
        float[] targets = batch.targets();
        for (int row = batch.offsets()[image]; row < batch.offsets()[image + 1]; row++) {
            float x = targets[5 * row + 1] * batch.width();
            float y = targets[5 * row + 2] * batch.height();
            float halfWidth = targets[5 * row + 3] * batch.width() / 2;
            float halfHeight = targets[5 * row + 4] * batch.height() / 2;
            marks.add(Mark.ofTruth((int) targets[5 * row], x - halfWidth, y - halfHeight, x + halfWidth, y
                    + halfHeight));
        }
        return marks;
    }
}
