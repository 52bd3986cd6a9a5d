package io.yolofit.data.augment;

import io.yolofit.data.geometry.Box;
import io.yolofit.data.geometry.Homography;
import io.yolofit.data.image.Mats;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/// The one resampling of a sample, by `M = T S R P C`: C translates the center of the input to the origin, P is the
/// perspective, R rotates and scales, S shears, and T translates the origin near the center of the output.
///
/// The input is the canvas of a mosaic, or a single image that is treated as letterboxed to the output size: the offset
/// of the letterbox is part of M, and its gray padding is the border value of the warp.
final class RandomAffine {
    private static final double SMALLEST_SIDE = 2; // pixels
    private static final double SMALLEST_AREA = 0.1; // fraction of the area before the warp, times zoom^2
    private static final double SMALLEST_POLYGON = 0.01; // likewise, of the box of an object with a polygon
    private static final double LARGEST_ASPECT = 100;
    private static final double EPSILON = 1e-16;

    private RandomAffine() {
    }

    /// The map and its zoom factor.
    record Warp(Homography map, double zoom) {
    }

    /// Draws a random map from an input of the given size to the output.
    static Warp draw(RandomStream random, Augmentation options, double inHeight, double inWidth, int height,
            int width) {
        Homography center = Homography.translation(-inWidth / 2, -inHeight / 2);
        Homography perspective = Homography.perspective(
                symmetric(random, options.perspective()), symmetric(random, options.perspective()));
        double angle = symmetric(random, options.degrees());
        double zoom = random.uniform(1 - options.scale(), 1 + options.scale());
        Homography rotation = Homography.rotation(angle, zoom);
        Homography shear = Homography.shear(symmetric(random, options.shear()), symmetric(random, options.shear()));
        Homography translation = Homography.translation(
                (0.5 + symmetric(random, options.translate())) * width,
                (0.5 + symmetric(random, options.translate())) * height);
        return new Warp(translation.times(shear).times(rotation).times(perspective).times(center), zoom);
    }

    private static double symmetric(RandomStream random, double largest) {
        return random.uniform(-largest, largest);
    }

    /// Warps the center of a mosaic's canvas to `size x size`. Takes ownership of the mosaic.
    static LazySample applyToMosaic(RandomStream random, Augmentation options, PatchCanvas mosaic, int size) {
        return apply(draw(random, options, mosaic.height(), mosaic.width(), size, size), mosaic, size, size);
    }

    /// Letterboxes and warps a single image to `height x width`, which is at least the image's size. Takes ownership of
    /// the image.
    static LazySample applyToImage(RandomStream random, Augmentation options, PatchCanvas image, int height,
            int width) {
        Warp warp = draw(random, options, height, width, height, width);
        Homography letterbox = Homography.translation(
                Math.rint((width - image.width()) / 2.0 - 0.1), Math.rint((height - image.height()) / 2.0 - 0.1));
        return apply(new Warp(warp.map.times(letterbox), warp.zoom), image, height, width);
    }

    static LazySample apply(Warp warp, PatchCanvas canvas, int height, int width) {
        List<Target> targets = new ArrayList<>();
        for (Target target : canvas.targets()) {
            Target warped = target.apply(warp.map, width, height);
            if (survives(target, warp.zoom, warped.box())) {
                targets.add(warped);
            }
        }
        if (AxisAlignedWarp.isAxisAligned(warp.map)) {
            return new LazySample(new AxisAlignedWarp(canvas, warp.map, width), height, width, targets,
                    canvas::close);
        }
        try (canvas; LabeledPixels whole = canvas.toPixels()) {
            return LazySample.of(new LabeledPixels(warp(whole.pixels(), warp.map, height, width), targets));
        }
    }

    /// Whether an object is kept: both sides over 2 pixels, over 10 % of the area of its box left (1 % with a polygon,
    /// whose box bounds what is visible), aspect ratio under 100.
    static boolean survives(Target before, double zoom, Box after) {
        double width = after.width();
        double height = after.height();
        double areaBefore = before.box().width() * zoom * before.box().height() * zoom;
        double aspect = Math.max(width / (height + EPSILON), height / (width + EPSILON));
        return width > SMALLEST_SIDE && height > SMALLEST_SIDE
                && width * height / (areaBefore + EPSILON) > (before.hasPolygon() ? SMALLEST_POLYGON : SMALLEST_AREA)
                && aspect < LARGEST_ASPECT;
    }

    static Mat warp(Mat pixels, Homography map, int height, int width) {
        Mat warped = new Mat();
        int rows = map.isAffine() ? 2 : 3;
        try (Mat matrix = new Mat(rows, 3, opencv_core.CV_64F); Size size = new Size(width, height);
                Scalar gray = Mats.grayScalar()) {
            matrix.<DoubleBuffer>createBuffer().put(map.elements(), 0, rows * 3);
            if (map.isAffine()) {
                opencv_imgproc.warpAffine(pixels, warped, matrix, size, opencv_imgproc.INTER_LINEAR,
                        opencv_core.BORDER_CONSTANT, gray);
            } else {
                opencv_imgproc.warpPerspective(pixels, warped, matrix, size, opencv_imgproc.INTER_LINEAR,
                        opencv_core.BORDER_CONSTANT, gray);
            }
        }
        return warped;
    }
}
