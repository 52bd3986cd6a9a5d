package io.yolofit.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.data.geometry.Box;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LetterboxTest {
    /// Computed by hand: resized = round(side x ratio), padding before = round(rest / 2 - 0.1).
    @ParameterizedTest(name = "{0} x {1} in {2} x {3}")
    @CsvSource({
        "480,640,320,320, 240,320, 40,0",
        "481,640,320,320, 240,320, 40,0", // 240.5 rounds to even
        "479,640,320,320, 240,320, 40,0",
        "333,500,320,320, 213,320, 53,0", // rest 107: 53 before, 54 after
        "500,333,320,320, 320,213, 0,53",
        "100,100,640,640, 640,640, 0,0",
        "1,1000,320,320, 1,320, 159,0"})
    void predictionFollowsTheRoundingRule(int h0, int w0, int height, int width, int resizedHeight, int resizedWidth,
                                          int top, int left) {
        Letterbox box = Letterbox.forPrediction(h0, w0, height, width);
        assertThat(box.resizedHeight()).isEqualTo(resizedHeight);
        assertThat(box.resizedWidth()).isEqualTo(resizedWidth);
        assertThat(box.top()).isEqualTo(top);
        assertThat(box.left()).isEqualTo(left);
        assertThat(box.padX()).isEqualTo(left);
        assertThat(box.padY()).isEqualTo(top);
    }

    @Test
    void minimalPaddingEndsAtTheNextMultipleOfTheStride() {
        Letterbox box = Letterbox.minimal(480, 640, 320, 32);
        assertThat(box).extracting(Letterbox::height, Letterbox::width, Letterbox::top, Letterbox::ratio)
                .containsExactly(256, 320, 8, 0.5);
        assertThat(Letterbox.minimal(641, 427, 640, 32)).extracting(Letterbox::height, Letterbox::width)
                .containsExactly(640, 448);
    }

    /// 333 x 500 at 320 is loaded with height 214 (rounded up) and top padding 53; the inverse uses 213.12 and 53.
    @Test
    void validationPlacesTheRoundedSizeAndMapsBackWithTheExactSize() {
        Letterbox box = Letterbox.forValidation(333, 500, 320, 320, 320);
        assertThat(box).extracting(Letterbox::resizedHeight, Letterbox::top, Letterbox::padY, Letterbox::ratio)
                .containsExactly(214, 53, 53.0, 0.64);
        Letterbox odd = Letterbox.forValidation(744, 1000, 320, 320, 320); // exact 238.08, loaded as 239
        assertThat(odd).extracting(Letterbox::resizedHeight, Letterbox::top, Letterbox::padY)
        .containsExactly(239, 40, 41.0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void boxesSurviveTheRoundTrip(long seed) {
        Random random = new Random(seed);
        int h0 = 50 + random.nextInt(1500);
        int w0 = 50 + random.nextInt(1500);
        Letterbox[] letterboxes = {Letterbox.forPrediction(h0, w0, 320, 640),
            Letterbox.forValidation(h0, w0, 640, 640, 640), Letterbox.minimal(h0, w0, 640, 32)};
        for (Letterbox letterbox : letterboxes) {
            Box box = new Box(random.nextDouble() * w0 / 2, random.nextDouble() * h0 / 2,
                    w0 / 2.0 + random.nextDouble() * w0 / 2, h0 / 2.0 + random.nextDouble() * h0 / 2);
            Box back = letterbox.toOriginal(letterbox.toNetwork(box));
            double tolerance = 2.001 / letterbox.ratio(); // rounding of sizes and pads: up to two network pixels
            assertThat(back.x1()).as("seed %d, %s", seed, letterbox).isCloseTo(box.x1(), within(tolerance));
            assertThat(back.y1()).as("seed %d, %s", seed, letterbox).isCloseTo(box.y1(), within(tolerance));
            assertThat(back.x2()).as("seed %d, %s", seed, letterbox).isCloseTo(box.x2(), within(tolerance));
            assertThat(back.y2()).as("seed %d, %s", seed, letterbox).isCloseTo(box.y2(), within(tolerance));
        }
    }

    @Test
    void boxesAreClippedToTheImage() {
        float[] boxes = {-10, 30, 400, 300};
        Letterbox.forPrediction(480, 640, 320, 320).toOriginal(boxes);
        assertThat(boxes).containsExactly(0, 0, 640, 480);
    }

    @Test
    void pixelsArePlacedOnGray() {
        try (Arena arena = Arena.ofConfined(); RgbImage image = RgbImage.of(TestImages.plain(480, 640, 10, 20, 30))) {
            MemorySegment pixels = arena.allocate(Mats.bytes(320, 320));
            Letterbox letterbox = Letterbox.forPrediction(480, 640, 320, 320);
            letterbox.place(image, pixels);
            try (Mat canvas = Mats.over(pixels, 320, 320)) {
                assertThat(TestImages.pixel(canvas, 39, 0)).containsExactly(114, 114, 114);
                assertThat(TestImages.pixel(canvas, 40, 0)).containsExactly(10, 20, 30);
                assertThat(TestImages.pixel(canvas, 279, 319)).containsExactly(10, 20, 30);
                assertThat(TestImages.pixel(canvas, 280, 319)).containsExactly(114, 114, 114);
            }
        }
    }

    @Test
    void imagesOfAnotherSizeAreRejected() {
        try (RgbImage image = RgbImage.of(TestImages.plain(100, 640, 0, 0, 0)); Arena arena = Arena.ofConfined()) {
            MemorySegment pixels = arena.allocate(Mats.bytes(320, 320));
            assertThatThrownBy(() -> Letterbox.forPrediction(480, 640, 320, 320).place(image, pixels))
                    .hasMessageContaining("640 x 480").hasMessageContaining("640 x 100");
        }
    }
}
