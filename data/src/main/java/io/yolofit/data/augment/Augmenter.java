package io.yolofit.data.augment;

import io.yolofit.data.image.Mats;
import java.util.List;
import java.util.function.BinaryOperator;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/// Augments one training sample, in the recipe's order of steps. Stateless and thread-safe.
///
/// @param height of the sample in pixels; equal to `width` if mosaics are possible
public record Augmenter(Augmentation options, int height, int width) {
    public Augmenter {
        if (options.joinsImages() && height != width) {
            throw new IllegalArgumentException("mosaic, mixup and cutmix need square samples, not %d x %d".formatted(
                    width, height));
        }
    }

    /// Renders a sample into `output` (resized if `output` has another size) and returns its objects, in pixels of
    /// `height x width`.
    public List<Target> render(RandomStream random, SourceImages sources, Mat output) {
        try (LazySample mixed = mix(random, sources, compose(random, sources, true))) {
            HsvJitter.Gains gains = HsvJitter.Gains.draw(random, options);
            boolean flipud = random.chance(options.flipud());
            boolean fliplr = random.chance(options.fliplr());
            RowWriter writer = new RowWriter(flipud, fliplr, random.chance(options.bgr()));
            write(mixed.rows(), gains, writer, output);
            return mixed.targets().stream()
                    .map(target -> flipud ? target.flipVertical(height) : target)
                    .map(target -> fliplr ? target.flipHorizontal(width) : target).toList();
        }
    }

    /// One sample before mixup and cutmix: a mosaic or a single image after the affine step.
    private LazySample compose(RandomStream random, SourceImages sources, boolean own) {
        if (random.chance(options.mosaic())) {
            SourceImages tiles = own ? sources : new PartnersOnly(sources, random);
            return RandomAffine.applyToMosaic(random, options, copyPaste(Mosaic.compose(random, tiles, width)), width);
        }
        LabeledPixels image = own ? sources.own() : sources.partner(random);
        return RandomAffine.applyToImage(random, options, copyPaste(PatchCanvas.of(image)), height, width);
    }

    /// The sources of the second sample of a mix: its own image is a partner too.
    private record PartnersOnly(SourceImages sources, RandomStream random) implements SourceImages {
        @Override
        public LabeledPixels own() {
            return sources.partner(random);
        }

        @Override
        public LabeledPixels partner(RandomStream stream) {
            return sources.partner(stream);
        }
    }

    private PatchCanvas copyPaste(PatchCanvas canvas) {
        if (options.copyPaste() == 0 || canvas.targets().stream().noneMatch(Target::hasPolygon)) {
            return canvas;
        }
        try (canvas; LabeledPixels whole = canvas.toPixels()) {
            return PatchCanvas.of(CopyPaste.apply(whole, options.copyPaste()));
        }
    }

    private LazySample mix(RandomStream random, SourceImages sources, LazySample first) {
        LazySample mixed = first;
        if (random.chance(options.mixup())) {
            mixed = mix(mixed, compose(random, sources, false), (image, other) -> MixUp.apply(random, image, other));
        }
        if (random.chance(options.cutmix())) {
            mixed = mix(mixed, compose(random, sources, false), (image, other) -> CutMix.apply(random, image, other));
        }
        return mixed;
    }

    /// Materializes both samples and mixes the second into the first.
    private static LazySample mix(LazySample first, LazySample second, BinaryOperator<LabeledPixels> mixing) {
        try (first; second; LabeledPixels other = second.toPixels()) {
            return LazySample.of(mixing.apply(first.toPixels(), other));
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
