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

/// The one resampling of a sample: `M = T S R P C`, where C moves the middle of the input to the origin, P adds
/// perspective, R rotates and zooms, S shears, and T moves the origin near the middle of the output.
///
/// The input is a mosaic's canvas, or an image, which counts as letterboxed to the output's size: the shift into the
/// letterbox is part of M, and the gray around it is the warp's border.
final class RandomAffine {
    private static final double SMALLEST_SIDE = 2; // pixels
    private static final double SMALLEST_AREA = 0.1; // of the object's area before, zoomed
    private static final double LARGEST_ASPECT = 100;
    private static final double EPSILON = 1e-16;

    private RandomAffine() {
    }

    /// The map and the zoom it contains.
    record Motion(Homography map, double zoom) {
    }

    /// Draws a motion from an input of the given size to the output.
    static Motion draw(RandomStream random, Augmentation options, double inHeight, double inWidth, int height,
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
        return new Motion(translation.times(shear).times(rotation).times(perspective).times(center), zoom);
    }

    private static double symmetric(RandomStream random, double largest) {
        return random.uniform(-largest, largest);
    }

    /// The middle of a mosaic's canvas, moved; the result is `size x size`. Takes over the mosaic.
    static LazySample applyToMosaic(RandomStream random, Augmentation options, PatchCanvas mosaic, int size) {
        return apply(draw(random, options, mosaic.height(), mosaic.width(), size, size), mosaic, size, size);
    }

    /// A single image, letterboxed and moved; the result is `height x width`, at least the image's size. Takes over the
    /// image.
    static LazySample applyToImage(RandomStream random, Augmentation options, PatchCanvas image, int height,
            int width) {
        Motion motion = draw(random, options, height, width, height, width);
        Homography letterbox = Homography.translation(
                Math.rint((width - image.width()) / 2.0 - 0.1), Math.rint((height - image.height()) / 2.0 - 0.1));
        return apply(new Motion(motion.map.times(letterbox), motion.zoom), image, height, width);
    }

    static LazySample apply(Motion motion, PatchCanvas canvas, int height, int width) {
        List<Target> targets = new ArrayList<>();
        for (Target target : canvas.targets()) {
            Target moved = target.apply(motion.map, width, height);
            if (survives(target.box(), motion.zoom, moved.box())) {
                targets.add(moved);
            }
        }
        if (AxisAlignedWarp.isUpright(motion.map)) {
            return new LazySample(new AxisAlignedWarp(canvas, motion.map, width), height, width, targets,
                    canvas::close);
        }
        try (canvas; LabeledPixels whole = canvas.toPixels()) {
            return LazySample.of(new LabeledPixels(warp(whole.pixels(), motion.map, height, width), targets));
        }
    }

    /// Whether enough is left of an object for it to be worth finding.
    static boolean survives(Box before, double zoom, Box after) {
        double width = after.width();
        double height = after.height();
        double areaBefore = before.width() * zoom * before.height() * zoom;
        double aspect = Math.max(width / (height + EPSILON), height / (width + EPSILON));
        return width > SMALLEST_SIDE && height > SMALLEST_SIDE
                && width * height / (areaBefore + EPSILON) > SMALLEST_AREA && aspect < LARGEST_ASPECT;
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
