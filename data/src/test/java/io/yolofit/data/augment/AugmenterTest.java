package io.yolofit.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.data.geometry.Box;
import io.yolofit.data.geometry.Homography;
import io.yolofit.data.geometry.Polygon;
import io.yolofit.data.image.Mats;
import io.yolofit.data.image.TestImages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AugmenterTest {
    private static final int SIZE = 128;
    private static final Augmentation NONE = Augmentation.none();

    /// Black images with one white rectangle each, whose box is exact.
    private static final class Rectangles implements SourceImages {
        private final RandomStream random;
        private final boolean outlined;
        private int made;

        Rectangles(long seed, boolean outlined) {
            this.random = RandomStream.of(seed, 99);
            this.outlined = outlined;
        }

        @Override
        public LabeledPixels own() {
            int height = made++ % 2 == 0 ? SIZE : SIZE * 3 / 4;
            int x = 10 + random.below(SIZE / 2);
            int y = 5 + random.below(height / 3);
            int width = 20 + random.below(40);
            int tall = 20 + random.below(30);
            Mat pixels = TestImages.plain(height, SIZE, 0, 0, 0);
            try (Rect rectangle = new Rect(x, y, width, tall); Scalar white = new Scalar(255, 255, 255, 0)) {
                opencv_imgproc.rectangle(pixels, rectangle, white, -1, opencv_imgproc.LINE_8, 0);
            }
            Box box = new Box(x, y, x + width, y + tall);
            double[] outline = outlined ? new double[] {box.x1(), box.y1(), box.x2(), box.y1(), box.x2(), box.y2(),
                box.x1(), box.y2()} : new double[0];
            return new LabeledPixels(pixels, List.of(new Target(made, box, outline)));
        }

        @Override
        public LabeledPixels partner(RandomStream stream) {
            stream.next();
            return own();
        }
    }

    /// The bounds of the bright pixels around a box; pixel x covers [x, x + 1].
    private static Box brightBounds(Mat pixels, Box around) {
        int x1 = Integer.MAX_VALUE;
        int y1 = Integer.MAX_VALUE;
        int x2 = -1;
        int y2 = -1;
        MemorySegment segment = Mats.segment(pixels);
        for (int y = (int) Math.max(0, around.y1() - 4); y < Math.min(SIZE, around.y2() + 4); y++) {
            for (int x = (int) Math.max(0, around.x1() - 4); x < Math.min(SIZE, around.x2() + 4); x++) {
                if ((segment.get(ValueLayout.JAVA_BYTE, 3L * (y * SIZE + x)) & 0xff) > 180) {
                    x1 = Math.min(x1, x);
                    y1 = Math.min(y1, y);
                    x2 = Math.max(x2, x + 1);
                    y2 = Math.max(y2, y + 1);
                }
            }
        }
        return new Box(x1, y1, x2, y2);
    }

    private static void assertBoxesBoundTheirPixels(Augmentation options, boolean outlined, long seed) {
        int found = 0;
        for (int index = 0; index < 20; index++) {
            try (Mat output = Mats.create(SIZE, SIZE)) {
                List<Target> targets = new Augmenter(options, SIZE, SIZE)
                        .render(RandomStream.of(seed, index), new Rectangles(seed + index, outlined), output);
                for (Target target : targets) {
                    Box box = target.box();
                    // a rotated rectangle that the border clips to a sliver has fewer bright pixels than its box
                    boolean isWhole = !outlined || box.intersect(new Box(1, 1, SIZE - 1, SIZE - 1)).equals(box);
                    boolean isAlone = isWhole && targets.stream()
                            .noneMatch(other -> other != target && other.box().intersect(
                            new Box(box.x1() - 6, box.y1() - 6, box.x2() + 6, box.y2() + 6)).area() > 0);
                    if (isAlone) {
                        found++;
                        Box bright = brightBounds(output, box);
                        String what = "seed %d, index %d, box %s, pixels %s".formatted(seed, index, box, bright);
                        // half a pixel of interpolation and one of the pixel-center convention, times the zoom
                        assertThat(bright.x1()).as(what).isCloseTo(box.x1(), within(2.1));
                        assertThat(bright.y1()).as(what).isCloseTo(box.y1(), within(2.1));
                        assertThat(bright.x2()).as(what).isCloseTo(box.x2(), within(2.1));
                        assertThat(bright.y2()).as(what).isCloseTo(box.y2(), within(2.1));
                    }
                }
            }
        }
        assertThat(found).as("boxes checked").isGreaterThan(8);
    }

    private static Augmentation geometry(double degrees, double shear, double perspective, double mosaic) {
        return new Augmentation(0, 0, 0, degrees, 0.1, 0.5, shear, perspective, 0.5, 0.5, 0, mosaic, 0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void boxesBoundTheirPixelsAfterMosaicAffineAndFlips(long seed) {
        assertBoxesBoundTheirPixels(geometry(0, 0, 0, 1), false, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void boxesBoundTheirPixelsWithoutMosaic(long seed) {
        assertBoxesBoundTheirPixels(geometry(0, 0, 0, 0), false, seed);
    }

    /// The mapped corners of a box overestimate the object under rotation; polygons do not.
    @ParameterizedTest
    @ValueSource(longs = {6, 7})
    void polygonsGiveTightBoxesUnderRotationShearAndPerspective(long seed) {
        assertBoxesBoundTheirPixels(geometry(30, 10, 0.0005, 1), true, seed);
    }

    @Test
    void withoutAugmentationImagesAreOnlyLetterboxed() {
        SourceImages sources = new Rectangles(1, false);
        try (Mat output = Mats.create(SIZE, SIZE); LabeledPixels first = new Rectangles(1, false).own()) {
            List<Target> targets = new Augmenter(NONE, SIZE, SIZE).render(RandomStream.of(1), sources, output);
            assertThat(targets).extracting(Target::box).containsExactly(first.targets().getFirst().box());
            assertThat(Mats.segment(output).mismatch(Mats.segment(first.pixels()))).isEqualTo(-1);
        }
    }

    @Test
    void wideImagesAreCenteredOnGray() {
        Rectangles sources = new Rectangles(1, false);
        sources.own().close(); // every second image is 96 pixels high
        try (Mat output = Mats.create(SIZE, SIZE)) {
            new Augmenter(NONE, SIZE, SIZE).render(RandomStream.of(1), sources, output);
            assertThat(TestImages.pixel(output, 15, 64)).containsExactly(114, 114, 114);
            assertThat(TestImages.pixel(output, 16, 127)).containsExactly(0, 0, 0);
            assertThat(TestImages.pixel(output, 111, 127)).containsExactly(0, 0, 0);
            assertThat(TestImages.pixel(output, 112, 64)).containsExactly(114, 114, 114);
        }
    }

    @Test
    void mosaicTilesMeetAtTheRandomPoint() {
        SourceImages colored = new SourceImages() {
            private int made;

            @Override
            public LabeledPixels own() {
                made++;
                return new LabeledPixels(TestImages.plain(96, 128, 50 * made, 0, 0), List.of());
            }

            @Override
            public LabeledPixels partner(RandomStream random) {
                return own();
            }
        };
        RandomStream random = RandomStream.of(5);
        RandomStream same = RandomStream.of(5);
        int x = (int) same.uniform(64, 192);
        int y = (int) same.uniform(64, 192);
        try (PatchCanvas mosaic = Mosaic.compose(random, colored, SIZE); LabeledPixels canvas = mosaic.toPixels()) {
            assertThat(canvas.height()).isEqualTo(2 * SIZE);
            assertThat(TestImages.pixel(canvas.pixels(), y - 1, x - 1)[0]).isEqualTo(50);
            assertThat(TestImages.pixel(canvas.pixels(), y - 1, x)[0]).isEqualTo(100);
            assertThat(TestImages.pixel(canvas.pixels(), y, x - 1)[0]).isEqualTo(150);
            assertThat(TestImages.pixel(canvas.pixels(), y, x)[0]).isEqualTo(200);
            if (y >= 97) {
                assertThat(TestImages.pixel(canvas.pixels(), y - 97, x)).containsExactly(114, 114, 114);
            }
        }
    }

    @Test
    void objectsThatTheWarpLeavesTooSmallAreDropped() {
        Box before = new Box(0, 0, 20, 20);
        assertThat(survives(before, 1, new Box(0, 0, 20, 20))).isTrue();
        assertThat(survives(before, 1, new Box(0, 0, 2, 20))).as("2 px wide").isFalse();
        assertThat(survives(before, 1, new Box(0, 0, 2.1, 20))).isTrue();
        assertThat(survives(before, 1, new Box(0, 0, 6, 6))).as("9 % left").isFalse();
        assertThat(survives(before, 0.5, new Box(0, 0, 6, 6))).as("36 % of the zoomed area").isTrue();
        assertThat(survives(new Box(0, 0, 300, 3), 1, new Box(0, 0, 300, 2.9))).as("aspect > 100").isFalse();
    }

    private static boolean survives(Box before, double zoom, Box after) {
        return RandomAffine.survives(Target.ofBox(0, before), zoom, after);
    }

    /// One shape as a box and as a polygon, of which a shift leaves a corner in the image.
    @Test
    void polygonsAreKeptDownToOnePercentOfTheirAreaAndBoxesToTen() {
        Box box = new Box(0, 0, 60, 60);
        Target polygon = new Target(1, box, new double[] {0, 0, 60, 0, 60, 60, 0, 60});
        assertThat(categoriesAfterShift(3, 59.9, Target.ofBox(0, box), polygon)).as("5 % left").containsExactly(1);
        assertThat(categoriesAfterShift(6.1, 59.9, Target.ofBox(0, box), polygon)).as("10.1 % left")
                .containsExactly(0, 1);
        assertThat(categoriesAfterShift(2.1, 13, Target.ofBox(0, box), polygon)).as(".8 % left").isEmpty();
    }

    /// Categories of the targets that a shift keeps, with a corner of the given size inside the image.
    private static List<Integer> categoriesAfterShift(double width, double height, Target... targets) {
        Homography map = Homography.translation(SIZE - width, SIZE - height);
        PatchCanvas canvas = PatchCanvas.of(new LabeledPixels(TestImages.plain(SIZE, SIZE, 0, 0, 0),
                List.of(targets)));
        try (LabeledPixels pixels = RandomAffine.apply(new RandomAffine.Warp(map, 1), canvas, SIZE, SIZE)
                .toPixels()) {
            return pixels.targets().stream().map(Target::category).toList();
        }
    }

    @Test
    void randomWarpsStayWithinTheOptions() {
        Augmentation options = new Augmentation(0, 0, 0, 10, 0.2, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        for (int index = 0; index < 200; index++) {
            RandomAffine.Warp warp = RandomAffine.draw(RandomStream.of(index), options, 200, 200, 100, 100);
            double[] center = warp.map().apply(new double[] {100, 100});
            assertThat(center[0]).isBetween(30.0, 70.0);
            assertThat(center[1]).isBetween(30.0, 70.0);
            assertThat(warp.zoom()).isBetween(0.5, 1.5);
        }
        assertThat(RandomAffine.draw(RandomStream.of(1), NONE, 100, 100, 100,
                100).map()).isEqualTo(Homography.IDENTITY);
    }

    @Test
    void mixUpBlendsPixelsAndKeepsAllObjects() {
        try (LabeledPixels black = new LabeledPixels(TestImages.plain(32, 32, 0, 0, 0), List.of(Target.ofBox(1,
                new Box(0, 0, 9, 9))));
                LabeledPixels white = new LabeledPixels(TestImages.plain(32, 32, 200, 200, 200),
                        List.of(Target.ofBox(2, new Box(5, 5, 20, 20))))) {
            LabeledPixels mixed = MixUp.apply(RandomStream.of(3), black, white);
            double weight = RandomStream.of(3).beta(32, 32);
            assertThat((double) TestImages.pixel(mixed.pixels(), 3, 3)[0]).isCloseTo(200 * (1 - weight), within(0.51));
            assertThat(mixed.targets()).extracting(Target::category).containsExactly(1, 2);
        }
    }

    @Test
    void cutMixCoversNoObjectAndPastesAtLeastOne() {
        int pasted = 0;
        for (int index = 0; index < 50; index++) {
            Target kept = Target.ofBox(1, new Box(0, 0, 30, 30));
            Target other = Target.ofBox(2, new Box(40, 40, 120, 120));
            try (LabeledPixels black = new LabeledPixels(TestImages.plain(SIZE, SIZE, 0, 0, 0), List.of(kept));
                    LabeledPixels white = new LabeledPixels(TestImages.plain(SIZE, SIZE, 255, 255, 255),
                            List.of(other))) {
                LabeledPixels mixed = CutMix.apply(RandomStream.of(index), black, white);
                for (int y = 0; y < 30; y++) {
                    for (int x = 0; x < 30; x++) {
                        assertThat(TestImages.pixel(mixed.pixels(), y, x)[0]).isZero();
                    }
                }
                assertThat(mixed.targets()).startsWith(kept);
                if (mixed.targets().size() == 2) {
                    pasted++;
                    Box shown = mixed.targets().get(1).box();
                    assertThat(shown.intersect(other.box())).isEqualTo(shown);
                    assertThat(TestImages.pixel(mixed.pixels(), (int) (shown.y1() + shown.y2()) / 2,
                            (int) (shown.x1() + shown.x2()) / 2)[0]).isEqualTo(255);
                }
            }
        }
        assertThat(pasted).isBetween(5, 49);
    }

    @Test
    void copyPasteFlipsPolygonObjectsWhereTheyOccludeNothing() {
        double[] triangle = {10, 10, 40, 10, 10, 40};
        Target outlined = new Target(3, Polygon.bounds(triangle), triangle);
        try (LabeledPixels image = new LabeledPixels(TestImages.plain(64, 128, 0, 0, 0), List.of(outlined))) {
            try (Rect rectangle = new Rect(10, 10, 30, 30); Scalar white = new Scalar(255, 255, 255, 0)) {
                opencv_imgproc.rectangle(image.pixels(), rectangle, white, -1, opencv_imgproc.LINE_8, 0);
            }
            try (LabeledPixels pasted = CopyPaste.apply(image, 1)) {
                assertThat(pasted.targets()).hasSize(2);
                assertThat(pasted.targets().get(1).box()).isEqualTo(new Box(88, 10, 118, 40));
                assertThat(TestImages.pixel(pasted.pixels(), 12, 115)[0]).as("inside the mirrored triangle")
                        .isEqualTo(255);
                assertThat(TestImages.pixel(pasted.pixels(), 38, 92)[0]).as("outside of it").isZero();
                assertThat(TestImages.pixel(image.pixels(), 12, 115)[0]).as("the source is untouched").isZero();
            }
            try (LabeledPixels nothing = CopyPaste.apply(image, 0.4)) {
                assertThat(nothing.targets()).as("0.4 of one object rounds to none").hasSize(1);
            }
        }
        double[] middle = {50, 10, 78, 10, 64, 40}; // its mirrored copy covers itself
        try (LabeledPixels image = new LabeledPixels(TestImages.plain(64, 128, 0, 0, 0),
                List.of(new Target(3, Polygon.bounds(middle), middle))); LabeledPixels same = CopyPaste.apply(image,
                1)) {
            assertThat(same.targets()).hasSize(1);
        }
    }

    @Test
    void bgrSwapsRedAndBlue() {
        Augmentation always = new Augmentation(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
        SourceImages red = new SourceImages() {
            @Override
            public LabeledPixels own() {
                return new LabeledPixels(TestImages.plain(SIZE, SIZE, 200, 100, 50), List.of());
            }

            @Override
            public LabeledPixels partner(RandomStream random) {
                return own();
            }
        };
        try (Mat output = Mats.create(SIZE, SIZE)) {
            new Augmenter(always, SIZE, SIZE).render(RandomStream.of(1), red, output);
            assertThat(TestImages.pixel(output, 9, 9)).containsExactly(50, 100, 200);
        }
    }

    @Test
    void allStepsKeepBoxesInsideAndNeverWriteToTheSource() {
        Augmentation all = new Augmentation(0.015, 0.7, 0.4, 10, 0.1, 0.9, 5, 0.0005, 0.5, 0.5, 0.2, 0.7, 0.5, 0.5,
                0.5);
        for (int index = 0; index < 60; index++) {
            List<LabeledPixels> given = new ArrayList<>();
            List<byte[]> before = new ArrayList<>();
            SourceImages source = new SourceImages() {
                private final Rectangles rectangles = new Rectangles(1, true);

                @Override
                public LabeledPixels own() {
                    LabeledPixels image = rectangles.own();
                    given.add(image);
                    before.add(Mats.segment(image.pixels()).toArray(ValueLayout.JAVA_BYTE));
                    return new LabeledPixels(new Mat(image.pixels()), image.targets()); // a view, as of a cache
                }

                @Override
                public LabeledPixels partner(RandomStream random) {
                    return own();
                }
            };
            try (Mat output = Mats.create(SIZE, SIZE)) {
                for (Target target : new Augmenter(all, SIZE, SIZE).render(RandomStream.of(8, index), source, output)) {
                    assertThat(target.box().clip(SIZE, SIZE)).as("index %d", index).isEqualTo(target.box());
                    assertThat(target.box().area()).isPositive();
                }
            }
            for (int i = 0; i < given.size(); i++) {
                assertThat(Mats.segment(given.get(i).pixels()).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(before.get(i));
                given.get(i).close();
            }
        }
    }

    @Test
    void optionsOutOfRangeAreRejectedByName() {
        assertThatThrownBy(() -> new Augmentation(0, 0, 0, 0, 0, 0, 0, 0, 0, 1.5, 0, 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("fliplr=1.5: give a number from 0 to 1.0");
        assertThat(Augmentation.defaults().withoutMosaic().joinsImages()).isFalse();
        assertThat(Augmentation.defaults().withoutMosaic().fliplr()).isEqualTo(0.5);
        assertThatThrownBy(() -> new Augmenter(Augmentation.defaults(), 64, 96)).hasMessageContaining("square");
    }
}
