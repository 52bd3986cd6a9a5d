package io.yolofit.data.augment;

import io.yolofit.data.geometry.Box;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/// Pastes a rectangle of a second sample of the same size (Yun et al. 2019) where it overlaps no object of the first
/// and shows at least one of the second.
///
/// Three rectangles are drawn, each with a uniform center and a uniform fraction of the image as its area; one of those
/// that overlap no object is chosen. If there is none, or it shows no object, nothing is pasted.
final class CutMix {
    private static final int TRIES = 3;
    private static final double SMALLEST_VISIBLE = 0.1; // fraction of an object of the second sample

    private CutMix() {
    }

    /// Pastes into the pixels of `image`, which must not be a view of a cache.
    static LabeledPixels apply(RandomStream random, LabeledPixels image, LabeledPixels other) {
        List<Box> free = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            Box area = drawArea(random, image.height(), image.width());
            if (image.targets().stream().allMatch(target -> target.box().intersect(area).area() == 0)) {
                free.add(area);
            }
        }
        if (free.isEmpty()) {
            return image;
        }
        Box area = free.get(random.below(free.size()));
        List<Target> shown = other.targets().stream()
                .filter(target -> target.box().coveredBy(area) >= SMALLEST_VISIBLE)
                .map(target -> Target.ofBox(target.category(), target.box().intersect(area))).toList();
        if (shown.isEmpty()) {
            return image;
        }
        paste(image.pixels(), other.pixels(), area);
        List<Target> targets = new ArrayList<>(image.targets());
        targets.addAll(shown);
        return new LabeledPixels(image.pixels(), targets);
    }

    private static Box drawArea(RandomStream random, int height, int width) {
        double side = Math.sqrt(1 - random.unit());
        int halfWidth = (int) (width * side) / 2;
        int halfHeight = (int) (height * side) / 2;
        int x = random.below(width);
        int y = random.below(height);
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
