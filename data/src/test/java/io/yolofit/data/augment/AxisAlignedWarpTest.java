package io.yolofit.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.geometry.Homography;
import io.yolofit.data.image.Mats;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AxisAlignedWarpTest {
    static Mat noise(Random random, int height, int width) {
        byte[] bytes = new byte[(int) Mats.bytes(height, width)];
        random.nextBytes(bytes);
        Mat mat = Mats.create(height, width);
        Mats.segment(mat).copyFrom(MemorySegment.ofArray(bytes));
        return mat;
    }

    private static Mat byOpenCv(Homography map, PatchCanvas canvas, int height, int width) {
        try (LabeledPixels whole = canvas.toPixels()) {
            return RandomAffine.warp(whole.pixels(), map, height, width);
        }
    }

    private static void assertSameAsOpenCv(Homography map, PatchCanvas canvas, int height, int width, String what) {
        assertThat(AxisAlignedWarp.isAxisAligned(map)).as(what).isTrue();
        LazySample ours = new LazySample(new AxisAlignedWarp(canvas, map, width), height, width, List.of(), () -> { });
        try (LabeledPixels pixels = ours.toPixels(); Mat theirs = byOpenCv(map, canvas, height, width)) {
            assertThat(Mats.segment(pixels.pixels()).mismatch(Mats.segment(theirs))).as(what).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.97})
    void mosaicsMatchOpenCvBitForBit(double scale) {
        Augmentation options = new Augmentation(0, 0, 0, 0, 0.3, scale, 0, 0, 0, 0, 0, 1, 0, 0, 0);
        for (int seed = 0; seed < 40; seed++) {
            Random pixels = new Random(seed);
            SourceImages sources = new SourceImages() {
                @Override
                public LabeledPixels own() {
                    return new LabeledPixels(noise(pixels, 40 + pixels.nextInt(57), 96), List.of());
                }

                @Override
                public LabeledPixels partner(RandomStream random) {
                    return own();
                }
            };
            RandomStream random = RandomStream.of(seed);
            try (PatchCanvas mosaic = Mosaic.compose(random, sources, 96)) {
                RandomAffine.Warp warp = RandomAffine.draw(random, options, 192, 192, 96, 96);
                assertSameAsOpenCv(warp.map(), mosaic, 96, 96, "seed %d, zoom %s".formatted(seed, warp.zoom()));
            }
        }
    }

    /// Anisotropic zooms, some of which show nothing of the image.
    @ParameterizedTest
    @CsvSource({"1,1,1,0,0", "7,13,2.3,1.7,-3", "13,7,0.31,-4.5,2.25", "33,1,1,0.5,0.515625", "64,33,0.9,500,-800",
        "96,98,1.5,-20.3,-40.9", "128,128,0.001,64,64"})
    void sizesAndTranslationsMatchOpenCvBitForBit(int height, int width, double zoom, double dx, double dy) {
        try (PatchCanvas image = PatchCanvas.of(new LabeledPixels(noise(new Random(1), 41, 57), List.of()))) {
            assertSameAsOpenCv(Homography.affine(zoom, 0, dx, 0, 1.25 * zoom, dy), image, height, width, "noise");
        }
    }

    @Test
    void rotatedShearedAndMirroredMapsAreNotAxisAligned() {
        assertThat(AxisAlignedWarp.isAxisAligned(Homography.IDENTITY)).isTrue();
        assertThat(AxisAlignedWarp.isAxisAligned(Homography.rotation(1, 1))).isFalse();
        assertThat(AxisAlignedWarp.isAxisAligned(Homography.shear(1, 0))).isFalse();
        assertThat(AxisAlignedWarp.isAxisAligned(Homography.perspective(0, 1e-4))).isFalse();
        assertThat(AxisAlignedWarp.isAxisAligned(Homography.affine(-1, 0, 9, 0, 1, 0))).isFalse();
        assertThat(AxisAlignedWarp.isAxisAligned(Homography.affine(0, 0, 0, 0, 0, 0))).as("no inverse").isFalse();
    }
}
