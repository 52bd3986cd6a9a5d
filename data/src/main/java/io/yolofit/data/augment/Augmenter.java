package io.yolofit.data.augment;

import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/// Makes one training sample: the steps in the recipe's order. Holds no state: any thread may use it.
///
/// @param height of the sample; equal to `width` where mosaics are made
public record Augmenter(Augmentation options, int height, int width) {
    private static final int TOP_TO_BOTTOM = 0; // OpenCV's flip codes
    private static final int LEFT_TO_RIGHT = 1;

    public Augmenter {
        if (options.joinsImages() && height != width) {
            throw new IllegalArgumentException("mosaic, mixup and cutmix need square samples, not %d x %d".formatted(
                    width, height));
        }
    }

    /// Renders a sample into `output` (resized, if it is of another size) and returns its objects, in pixels of
    /// `height x width`.
    public List<Target> render(Draws draws, Scenes scenes, Mat output) {
        try (Scene scene = compose(draws, scenes, true)) {
            Scene mixed = mix(draws, scenes, scene);
            HsvJitter.apply(draws, options, mixed.pixels());
            List<Target> targets = flip(draws, mixed);
            if (draws.chance(options.bgr())) {
                opencv_imgproc.cvtColor(mixed.pixels(), mixed.pixels(), opencv_imgproc.COLOR_RGB2BGR);
            }
            write(mixed.pixels(), output);
            return targets;
        }
    }

    /// One sample before mixing: a mosaic or a single image, moved.
    private Scene compose(Draws draws, Scenes scenes, boolean own) {
        if (draws.chance(options.mosaic())) {
            Scenes tiles = own ? scenes : new PartnersOnly(scenes, draws);
            try (Scene canvas = Mosaic.compose(draws, tiles, width); Scene pasted = copyPaste(canvas)) {
                return RandomAffine.applyToCanvas(draws, options, pasted, width);
            }
        }
        try (Scene image = own ? scenes.own() : scenes.partner(draws); Scene pasted = copyPaste(image)) {
            return RandomAffine.applyToImage(draws, options, pasted, height, width);
        }
    }

    /// A scene whose own image is a partner: the second sample of a mix.
    private record PartnersOnly(Scenes scenes, Draws draws) implements Scenes {
        @Override
        public Scene own() {
            return scenes.partner(draws);
        }

        @Override
        public Scene partner(Draws partnerDraws) {
            return scenes.partner(partnerDraws);
        }
    }

    private Scene copyPaste(Scene scene) {
        boolean applies = options.copyPaste() > 0 && scene.targets().stream().anyMatch(Target::hasPolygon);
        return applies ? CopyPaste.apply(scene, options.copyPaste())
                : new Scene(new Mat(scene.pixels()), scene.targets());
    }

    private Scene mix(Draws draws, Scenes scenes, Scene scene) {
        Scene mixed = scene;
        if (draws.chance(options.mixup())) {
            try (Scene other = compose(draws, scenes, false)) {
                mixed = MixUp.apply(draws, mixed, other);
            }
        }
        if (draws.chance(options.cutmix())) {
            try (Scene other = compose(draws, scenes, false)) {
                mixed = CutMix.apply(draws, mixed, other);
            }
        }
        return mixed;
    }

    private List<Target> flip(Draws draws, Scene scene) {
        List<Target> targets = scene.targets();
        if (draws.chance(options.flipud())) {
            opencv_core.flip(scene.pixels(), scene.pixels(), TOP_TO_BOTTOM);
            targets = targets.stream().map(target -> target.flipVertical(height)).toList();
        }
        if (draws.chance(options.fliplr())) {
            opencv_core.flip(scene.pixels(), scene.pixels(), LEFT_TO_RIGHT);
            targets = targets.stream().map(target -> target.flipHorizontal(width)).toList();
        }
        return targets;
    }

    private static void write(Mat pixels, Mat output) {
        if (pixels.rows() == output.rows() && pixels.cols() == output.cols()) {
            pixels.copyTo(output);
            return;
        }
        try (Size size = new Size(output.cols(), output.rows())) {
            opencv_imgproc.resize(pixels, output, size, 0, 0, opencv_imgproc.INTER_LINEAR);
        }
    }
}
