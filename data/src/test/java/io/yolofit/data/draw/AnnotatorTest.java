package io.yolofit.data.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.batch.Batch;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.EpochBatches;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.image.RgbImage;
import io.yolofit.data.image.TestImages;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotatorTest {
    private final Annotator annotator = new Annotator(List.of("cat", "Größe")); // the second name is not ASCII

    @TempDir
    Path folder;

    @Test
    void boxesAreDrawnInTheColorOfTheirClass() throws IOException {
        Path image = TestImages.write(folder.resolve("gray.png"), TestImages.plain(200, 300, 90, 90, 90));
        Path output = folder.resolve("new/folder/out.jpg");
        annotator.save(image, List.of(new Overlay(0, 0.87f, 50, 60, 150, 160), Overlay.ofTruth(1, 200, 2, 290, 190),
                Overlay.ofTruth(7, -20, -20, 900, 900)), output);
        try (RgbImage drawn = RgbImage.decode(output)) {
            assertThat(drawn.height()).isEqualTo(200);
            int[] color = Palette.color(0);
            int[] pixel = TestImages.pixel(drawn.mat(), 110, 50);
            for (int channel = 0; channel < 3; channel++) {
                assertThat(pixel[channel]).isCloseTo(color[channel], within(60)); // JPEG blurs thin lines
            }
            assertThat(TestImages.pixel(drawn.mat(), 110, 100)[0]).as("inside the box").isCloseTo(90, within(8));
        }
    }

    /// The text of a class name, drawn on gray at the top-left corner of a box.
    private byte[] drawn(String name) throws IOException {
        Path output = folder.resolve("text.jpg");
        try (RgbImage gray = RgbImage.of(TestImages.plain(200, 300, 90, 90, 90))) {
            new Annotator(List.of(name)).save(gray, List.of(Overlay.ofTruth(0, 20, 60, 290, 190)), output);
        }
        return Files.readAllBytes(output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u043a\u043e\u0442 \u043f\u0451\u0441", "Gr\u00f6\u00dfe",
        "\u0642\u0637\u0629 \u0643\u0644\u0628", "\u732b \u72ac", "\ud55c\uad6d\uc5b4"})
    void classNamesBeyondAsciiAreDrawn(String name) throws IOException {
        String known = "\u00f6";
        assumeTrue(UnicodeText.of(known, 20).isPresent(), "needs a font");
        boolean hasFont = name.codePoints().allMatch(new Font(Font.SANS_SERIF, Font.PLAIN, 20)::canDisplay);
        assumeTrue(hasFont, "needs a font that has " + name);
        String[] words = name.split(" ");
        assertThat(drawn(words[0])).isNotEqualTo(drawn("?".repeat(words[0].length())));
        assertThat(drawn(words[0])).isNotEqualTo(drawn(words[words.length - 1] + known));
    }

    @Test
    void charactersThatNoFontHasBecomeQuestionMarks() {
        String missing = new String(Character.toChars(0x10fffd)); // private use
        Optional<UnicodeText> text = UnicodeText.of("a" + missing + "\n", 20);
        assumeTrue(text.isPresent(), "needs a font");
        assertThat(text.get().coverage()).isEqualTo(UnicodeText.of("a??", 20).orElseThrow().coverage());
        assertThat(text.get().height()).isBetween(20, 30);
    }

    @Test
    void textAtTheBorderIsClipped() throws IOException {
        Path output = folder.resolve("small.jpg");
        try (RgbImage small = RgbImage.of(TestImages.plain(12, 12, 90, 90, 90))) {
            annotator.save(small, List.of(Overlay.ofTruth(1, -5, 8, 11, 11), Overlay.ofTruth(1, 10, -9, 30, 3)),
                    output);
        }
        try (RgbImage drawn = RgbImage.decode(output)) {
            assertThat(drawn.width()).isEqualTo(12);
        }
    }

    @Test
    void colorsOfClassesAreDistinct() {
        Set<List<Integer>> colors = new HashSet<>();
        for (int category = 0; category < 100; category++) {
            colors.add(Arrays.stream(Palette.color(category)).boxed().toList());
            assertThat(Arrays.stream(Palette.color(category)).allMatch(channel -> channel >= 0 && channel < 256))
                    .isTrue();
        }
        assertThat(colors).hasSize(100);
        for (int category = 0; category < 20; category++) {
            int[] a = Palette.color(category);
            int[] b = Palette.color(category + 1);
            assertThat(Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2])).isGreaterThan(120);
        }
    }

    @Test
    void aSheetShowsUpToSixteenImages() throws IOException {
        List<LabeledImage> images = new ArrayList<>();
        for (int i = 0; i < 18; i++) {
            Path file = TestImages.writeGradient(folder.resolve(i + ".png"), 48, 64);
            images.add(new LabeledImage(file, 64, 48, List.of(Label.ofBox(i % 2, 0.5f, 0.5f, 0.5f, 0.5f))));
        }
        LoaderOptions options = LoaderOptions.training(64, 18, Augmentation.none(), 0, 2);
        try (ImageStore store = ImageStore.uncached(images, 64);
                BatchLoader loader = BatchLoader.open(images, store, options, problem -> { });
                EpochBatches batches = loader.epoch(0); Batch batch = batches.next()) {
            annotator.sheet(batch, folder.resolve("sheet.jpg"));
            assertThatThrownBy(() -> annotator.sheet(batch, List.of(), folder.resolve("none.jpg")))
                    .hasMessageContaining("0 lists of overlays for 18 images");
        }
        try (RgbImage sheet = RgbImage.decode(folder.resolve("sheet.jpg"))) {
            assertThat(sheet.width()).isEqualTo(4 * 64 + 3 * 2);
            assertThat(sheet.height()).isEqualTo(4 * 64 + 3 * 2);
        }
    }
}
