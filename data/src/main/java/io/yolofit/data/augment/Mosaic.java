package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/// Four images on a grey canvas of twice the size, their corners meeting at a random point of its middle.
/// ```
///     0 +-----+--------+ 2s
///       |  own|1       |       the point (x, y) lies in [s/2, 3s/2]^2;
///       +-----+--------+ y     what falls off the canvas is cut;
///       |    2|3       |       the affine step then shows the canvas's middle, s x s
///       +-----+--------+
///             x
/// ```
/// One canvas and one warp were measured against one warp per image: copying rows costs a fraction of warping, and only
/// the canvas interpolates across seams as the reference does.
final class Mosaic {
    private static final int TILES = 4;

    private Mosaic() {
    }

    static Scene compose(Draws draws, Scenes scenes, int size) {
        int x = (int) draws.uniform(size / 2.0, 1.5 * size);
        int y = (int) draws.uniform(size / 2.0, 1.5 * size);
        Mat canvas = Mats.grey(2 * size, 2 * size);
        List<Target> targets = new ArrayList<>();
        try {
            for (int tile = 0; tile < TILES; tile++) {
                try (Scene scene = tile == 0 ? scenes.own() : scenes.partner(draws)) {
                    int left = tile % 2 == 0 ? x - scene.width() : x;
                    int top = tile < 2 ? y - scene.height() : y;
                    paste(scene.pixels(), canvas, left, top);
                    addTargets(scene, left, top, 2 * size, targets);
                }
            }
        } catch (RuntimeException e) {
            canvas.close();
            throw e;
        }
        return new Scene(canvas, targets);
    }

    /// Copies what lies on the canvas of an image whose corner is at (left, top).
    private static void paste(Mat image, Mat canvas, int left, int top) {
        int x1 = Math.max(left, 0);
        int y1 = Math.max(top, 0);
        int width = Math.min(left + image.cols(), canvas.cols()) - x1;
        int height = Math.min(top + image.rows(), canvas.rows()) - y1;
        try (Rect from = new Rect(x1 - left, y1 - top, width, height);
                Rect to = new Rect(x1, y1, width, height);
                Mat source = new Mat(image, from);
                Mat target = new Mat(canvas, to)) {
            source.copyTo(target);
        }
    }

    private static void addTargets(Scene scene, int left, int top, int canvasSize, List<Target> targets) {
        for (Target target : scene.targets()) {
            Target placed = target.shift(left, top).clip(canvasSize, canvasSize);
            if (placed.box().area() > 0) {
                targets.add(placed);
            }
        }
    }
}
