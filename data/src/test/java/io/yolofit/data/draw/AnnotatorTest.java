package io.yolofit.data.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
