package io.yolofit.data.augment;

import io.yolofit.data.geometry.Box;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/// Pastes a rectangle of a second sample of the same size (Yun et al. 2019), where it hides no object of the first and
/// shows at least one of the second.
///
/// Three rectangles are drawn, each with its centre anywhere and its area a uniformly drawn part of the image; of those
/// that touch no object, one is chosen. If there is none, or it shows no object, nothing is pasted.
final class CutMix {
    private static final int TRIES = 3;
    private static final double SMALLEST_VISIBLE = 0.1; // part of an object of the second sample that must show

    private CutMix() {
    }

    /// Pastes into the pixels of `scene`, which the caller made.
    static Scene apply(Draws draws, Scene scene, Scene other) {
        List<Box> free = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            Box area = drawArea(draws, scene.height(), scene.width());
            if (scene.targets().stream().allMatch(target -> target.box().intersect(area).area() == 0)) {
                free.add(area);
            }
        }
        if (free.isEmpty()) {
            return scene;
        }
        Box area = free.get(draws.below(free.size()));
        List<Target> shown = other.targets().stream()
                .filter(target -> target.box().coveredBy(area) >= SMALLEST_VISIBLE)
                .map(target -> Target.ofBox(target.category(), target.box().intersect(area))).toList();
        if (shown.isEmpty()) {
            return scene;
        }
        paste(scene.pixels(), other.pixels(), area);
        List<Target> targets = new ArrayList<>(scene.targets());
        targets.addAll(shown);
        return new Scene(scene.pixels(), targets);
    }

    private static Box drawArea(Draws draws, int height, int width) {
        double side = Math.sqrt(1 - draws.unit());
        int halfWidth = (int) (width * side) / 2;
        int halfHeight = (int) (height * side) / 2;
        int x = draws.below(width);
        int y = draws.below(height);
        return new Box(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight).clip(width, height);
    }

    private static void paste(Mat pixels, Mat other, Box area) {
        try (Rect rectangle = new Rect((int) area.x1(), (int) area.y1(), (int) area.width(), (int) area.height());
                Mat source = new Mat(other, rectangle);
                Mat target = new Mat(pixels, rectangle)) {
            source.copyTo(target);
        }
    }
}
