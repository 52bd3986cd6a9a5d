package io.yolofit.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolofit.base.YoloFitException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YoloTest {
    private final TinyModel tiny = TinyModel.get();

    @TempDir
    Path folder;

    private Yolo load(String... options) {
        List<String> all = new ArrayList<>(List.of("device=" + TinyModel.DEVICE, "threads=1"));
        all.addAll(List.of(options));
        return Yolo.load(tiny.result.weights(), all.toArray(String[]::new));
    }

    @Test
    void aFileItsContentAndItsPixelsHaveTheSameObjects() throws IOException {
        Path file = tiny.tiledFile(2, 1);
        try (Yolo model = load("imgsz=128")) {
            Prediction found = model.predict(file);
            assertThat(found.objects()).isNotEmpty().allMatch(one -> one.confidence() > 0.25f && one.width() > 0);
            assertThat(found.width()).isEqualTo(128);
            assertThat(found.height()).isEqualTo(64);
            assertThat(model.predict(ImageIO.read(file.toFile()))).isEqualTo(found);
            ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
            assertThat(model.predict(content)).isEqualTo(found);
            assertThat(content.position()).isZero();
            assertThat(model.predictAll(List.of(file, file))).containsExactly(found, found);
        }
    }

    @Test
    void grayImagesKeepTheirBrightness() throws IOException {
        BufferedImage color = tiny.tiled(2, 2);
        var gray = new BufferedImage(color.getWidth(), color.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
        gray.createGraphics().drawImage(color, 0, 0, null);
        Path file = folder.resolve("gray.png");
        ImageIO.write(gray, "png", file.toFile());
        try (Yolo model = load("conf=0.05")) {
            assertThat(model.predict(gray)).isEqualTo(model.predict(file));
        }
    }

    @Test
    void manyThreadsGetTheSameObjects() throws Exception {
        Path file = tiny.tiledFile(2, 1);
        try (Yolo model = load("imgsz=128"); ExecutorService threads = Executors.newFixedThreadPool(8)) {
            Prediction expected = model.predict(file);
            List<Future<Prediction>> results = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                results.add(threads.submit(() -> model.predict(file)));
            }
            for (Future<Prediction> result : results) {
                assertThat(result.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void batchesAndSingleImagesHaveTheSameObjects() throws IOException {
        List<Path> files = List.of(tiny.tiledFile(2, 1), tiny.tiledFile(1, 2), tiny.tiledFile(2, 2));
        try (Yolo single = load("imgsz=128"); Yolo batched = load("imgsz=128", "batch=2")) {
            List<Prediction> found = batched.predictAll(files);
            assumeTrue(TinyModel.DEVICE.equals("cpu"), "on a GPU, rounding depends on the batch size");
            assertThat(found).isEqualTo(files.stream().map(single::predict).toList());
        }
    }

    @Test
    void aClosedModelRefusesPredictionsAndMayBeClosedTwice() throws IOException {
        Path file = tiny.tiledFile(2, 1);
        Yolo model = load();
        model.predict(file);
        model.close();
        model.close();
        assertThatThrownBy(() -> model.predict(file)).isInstanceOf(IllegalStateException.class)
                .hasMessage("the model is closed");
    }

    @Test
    void validationHasTheMetricsOfTheRun() throws IOException {
        try (Yolo model = load()) {
            model.predict(tiny.tiledFile(1, 1)); // then two engines are open
            assertThat(model.val(tiny.data, "device=" + TinyModel.DEVICE, "threads=1").metrics().map()).isCloseTo(
                    tiny.result.metrics().orElseThrow().map(), within(TinyModel.DEVICE.equals("cpu") ? 0 : 0.02));
        }
    }

    @Test
    void theModelIsDescribedFromItsFile() {
        try (Yolo model = load()) {
            ModelInfo info = model.info();
            assertThat(info.classes()).containsExactly("circle", "square", "triangle");
            assertThat(info.imageHeight()).isEqualTo(64);
            assertThat(info.parameters().orElseThrow()).isPositive();
            assertThat(info.gigaflops().orElseThrow()).isPositive();
            assertThat(info.trainedWith()).containsEntry("epochs", 60);
        }
    }

    @Test
    void anExportedModelIsLoadedAgain() throws IOException {
        Path image = tiny.tiledFile(1, 1);
        try (Yolo model = load()) {
            Path file = model.export(folder.resolve("tiny.safetensors"));
            try (Yolo copy = Yolo.load(file, "device=" + TinyModel.DEVICE, "threads=1")) {
                assertThat(copy.predict(image)).isEqualTo(model.predict(image));
            }
            assertThatThrownBy(() -> model.export(file)).isInstanceOfSatisfying(YoloFitException.class,
                    failure -> assertThat(failure.remedy()).contains("exist_ok=true"));
            assertThat(model.export(file, "exist_ok=true")).isEqualTo(file);
        }
    }

    @Test
    void failuresNameWhatWhereAndRemedy() {
        assertThatThrownBy(() -> Yolo.load(Path.of("nowhere.safetensors"))).isInstanceOf(YoloFitException.class)
                .hasMessageContaining("nowhere.safetensors");
        assertThatThrownBy(() -> load("save_txt=true")).isInstanceOfSatisfying(YoloFitException.class, failure -> {
            assertThat(failure.where()).isEqualTo("save_txt=true");
            assertThat(failure.what()).isEqualTo("has no effect here");
            assertThat(failure.remedy()).contains("imgsz", "conf").doesNotContain("save_txt");
        });
        assertThatThrownBy(() -> load("conf=2")).isInstanceOf(YoloFitException.class).hasMessageContaining("conf=2");
        try (Yolo model = load()) {
            assertThatThrownBy(() -> model.predict(ByteBuffer.wrap(new byte[] {1, 2, 3})))
                    .isInstanceOfSatisfying(YoloFitException.class, failure -> {
                        assertThat(failure.where()).isEqualTo("a buffer of 3 bytes");
                        assertThat(failure.what()).startsWith("the image cannot be read: ");
                    });
        }
    }
}
