package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.util.List;
import java.util.function.BinaryOperator;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/// Makes one training sample: the steps in the recipe's order. Holds no state: any thread may use it.
///
/// @param height of the sample; equal to `width` where mosaics are made
public record Augmenter(Augmentation options, int height, int width) {
    public Augmenter {
        if (options.joinsImages() && height != width) {
            throw new IllegalArgumentException("mosaic, mixup and cutmix need square samples, not %d x %d".formatted(
                    width, height));
        }
    }

    /// Renders a sample into `output` (resized, if it is of another size) and returns its objects, in pixels of
    /// `height x width`.
    public List<Target> render(Draws draws, Scenes scenes, Mat output) {
        try (Rendering mixed = mix(draws, scenes, compose(draws, scenes, true))) {
            HsvJitter.Gains gains = HsvJitter.Gains.draw(draws, options);
            boolean flipud = draws.chance(options.flipud());
            boolean fliplr = draws.chance(options.fliplr());
            RowWriter writer = new RowWriter(flipud, fliplr, draws.chance(options.bgr()));
            write(mixed.rows(), gains, writer, output);
            return mixed.targets().stream()
                    .map(target -> flipud ? target.flipVertical(height) : target)
                    .map(target -> fliplr ? target.flipHorizontal(width) : target).toList();
        }
    }

    /// One sample before mixing: a mosaic or a single image, moved.
    private Rendering compose(Draws draws, Scenes scenes, boolean own) {
        if (draws.chance(options.mosaic())) {
            Scenes tiles = own ? scenes : new PartnersOnly(scenes, draws);
            return RandomAffine.applyToMosaic(draws, options, copyPaste(Mosaic.compose(draws, tiles, width)), width);
        }
        Scene image = own ? scenes.own() : scenes.partner(draws);
        return RandomAffine.applyToImage(draws, options, copyPaste(Collage.of(image)), height, width);
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

    private Collage copyPaste(Collage collage) {
        if (options.copyPaste() == 0 || collage.targets().stream().noneMatch(Target::hasPolygon)) {
            return collage;
        }
        try (collage; Scene canvas = collage.toScene()) {
            return Collage.of(CopyPaste.apply(canvas, options.copyPaste()));
        }
    }

    private Rendering mix(Draws draws, Scenes scenes, Rendering first) {
        Rendering mixed = first;
        if (draws.chance(options.mixup())) {
            mixed = mix(mixed, compose(draws, scenes, false), (scene, other) -> MixUp.apply(draws, scene, other));
        }
        if (draws.chance(options.cutmix())) {
            mixed = mix(mixed, compose(draws, scenes, false), (scene, other) -> CutMix.apply(draws, scene, other));
        }
        return mixed;
    }

    /// Both as pixels, the second mixed into the first.
    private static Rendering mix(Rendering first, Rendering second, BinaryOperator<Scene> mixing) {
        try (first; second; Scene other = second.toScene()) {
            return Rendering.of(mixing.apply(first.toScene(), other));
        }
    }

    private void write(PixelRows rows, HsvJitter.Gains gains, RowWriter writer, Mat output) {
        if (height == output.rows() && width == output.cols()) {
            writer.write(rows, gains, Mats.segment(output), height, width);
            return;
        }
        try (Mat sample = Mats.create(height, width); Size size = new Size(output.cols(), output.rows())) {
            writer.write(rows, gains, Mats.segment(sample), height, width);
            opencv_imgproc.resize(sample, output, size, 0, 0, opencv_imgproc.INTER_LINEAR);
        }
    }
}
