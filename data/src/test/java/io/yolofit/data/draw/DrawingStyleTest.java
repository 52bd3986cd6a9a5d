package io.yolofit.data.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.image.RgbImage;
import io.yolofit.data.image.TestImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawingStyleTest {
    private static final Overlay BOX = new Overlay(0, 0.87f, 50, 60, 150.5f, 160);
    private static final int GRAY = 90;

    @TempDir
    private Path folder;

    private Path image() throws IOException {
        return TestImages.write(folder.resolve("gray.png"), TestImages.plain(200, 300, GRAY, GRAY, GRAY));
    }

    /// The number of pixels that differ clearly from the background.
    private int drawn(OptionalInt lineWidth, boolean labels, boolean confidences, boolean boxes) throws IOException {
        Path output = folder.resolve("out.jpg");
        new Annotator(List.of("cat"), new DrawingStyle(lineWidth, labels, confidences, boxes))
                .save(image(), List.of(BOX), output);
        int count = 0;
        try (RgbImage image = RgbImage.decode(output)) {
            for (int y = 0; y < image.height(); y++) {
                for (int x = 0; x < image.width(); x++) {
                    count += Math.abs(TestImages.pixel(image.mat(), y, x)[0] - GRAY) > 40 ? 1 : 0;
                }
            }
        }
        return count;
    }

    @Test
    void lineWidthLabelsConfidencesAndBoxesCanBeChosen() throws IOException {
        int standard = drawn(OptionalInt.empty(), true, true, true);
        assertThat(drawn(OptionalInt.of(7), true, true, true)).isGreaterThan(standard + 1000);
        int nameOnly = drawn(OptionalInt.empty(), true, false, true);
        int frameOnly = drawn(OptionalInt.empty(), false, true, true);
        assertThat(standard).isGreaterThan(nameOnly + 100);
        assertThat(nameOnly).isGreaterThan(frameOnly + 100);
        assertThat(frameOnly).isBetween(2 * 200, 4 * 2 * 200);
        assertThat(drawn(OptionalInt.of(7), true, true, false)).isZero();
    }

    @Test
    void aCropIsThePartWithinTheBoxAndTheImage() throws IOException {
        assertSize(BOX, 100, 101);
        assertSize(new Overlay(0, 1, -20, -20, 900, 900), 200, 300);
        assertSize(new Overlay(0, 1, 299.5f, 199.5f, 299.6f, 199.6f), 1, 1);
        assertSize(new Overlay(0, 1, 400, 400, 500, 500), 1, 1);
    }

    private void assertSize(Overlay overlay, int height, int width) throws IOException {
        Path output = folder.resolve("crops/crop.jpg");
        try (RgbImage image = RgbImage.decode(image())) {
            Annotator.crop(image, overlay, output);
        }
        try (RgbImage crop = RgbImage.decode(output)) {
            assertThat(List.of(crop.height(), crop.width())).containsExactly(height, width);
        }
    }
}
