package io.yolofit.train.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.testing.Engines;
import io.yolofit.testkit.TinyArchitecture;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.program.InferenceSession.Output;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.architecture.ArchitectureReader;
import io.yolofit.zoo.architecture.Scale;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.onnx.OnnxSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Exported files of every family give, run by ONNX Runtime, what the CPU engine computes.
class OnnxFamiliesTest {
    private static final double EXACT = 1e-4;
    private static final double HALF = 2e-3;
    private static final int CLASSES = ExportedModel.NAMES.size();
    /// Detections that are among the 300 best of a file even if rounding changes the order.
    private static final int SURE = 250;
    private static final int ROW = 4 + CLASSES;

    @TempDir
    private Path folder;

    @BeforeEach
    void needsLibtorch() {
        Engines.assumeCpu();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yolov5nu", "yolov8n", "yolov9t", "yolov9-t", "yolov10n", "yolo11n", "yolo12n", "yolo26n"})
    void fixedOpenAndHalfFilesAgreeWithTheEngine(String name) throws IOException {
        ExportedModel model = ExportedModel.of(name);
        Output expected = model.predictions();
        OnnxSettings fixed = OnnxSettings.of(ExportedModel.HEIGHT, ExportedModel.WIDTH);
        requireEqual(model, fixed.withBatch(2), expected, EXACT);
        if (name.equals("yolov8n")) {
            requireEqual(model, fixed, expected, EXACT); // images one by one
        }
        requireEqual(model, OnnxSettings.of(64, 64).withDynamic(true), expected, EXACT);
        requireEqual(model, fixed.withBatch(2).withHalf(true), expected, HALF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReLU", "LeakyReLU(0.1)", "Identity"})
    void filesOfModelsWithOtherActivationsAgreeWithTheEngine(String activation) throws IOException {
        String text = TinyArchitecture.YAML.replace("rows:", "activation: " + activation + "\nrows:");
        ExportedModel model = ExportedModel.of(Model.of(new ArchitectureCatalog.Sized(
                ArchitectureReader.read(text, "tiny.yaml"), Scale.whole()), CLASSES));
        requireEqual(model, OnnxSettings.of(ExportedModel.HEIGHT, ExportedModel.WIDTH).withBatch(2),
                model.predictions(), EXACT);
    }

    private void requireEqual(ExportedModel model, OnnxSettings settings, Output expected, double tolerance)
            throws IOException {
        Output actual = model.run(model.export(folder, settings));
        assertThat(actual.endToEnd()).isEqualTo(expected.endToEnd());
        if (expected.endToEnd()) {
            requireSameBest(actual, expected, settings, tolerance);
            return;
        }
        float[] all = expected.predictions();
        assertThat(actual.predictions()).hasSameSizeAs(all);
        assertThat(ExportedModel.error(actual.predictions(), all, ROW, 0, 4)).as("boxes, %s", settings)
                .isLessThan(tolerance);
        assertThat(ExportedModel.error(actual.predictions(), all, ROW, 4, ROW)).as("scores, %s", settings)
                .isLessThan(tolerance);
    }

    /// Each of the best detections of the engine is in the file's output; the order of equal scores is open.
    private static void requireSameBest(Output actual, Output expected, OnnxSettings settings, double tolerance) {
        assertThat(actual.anchors()).isEqualTo(settings.selection().most());
        for (int image = 0; image < ExportedModel.IMAGES; image++) {
            List<Detection> found = detections(actual, image, Integer.MAX_VALUE);
            for (Detection detection : detections(expected, image, SURE)) {
                assertThat(found).as("%s in image %d, %s", detection, image, settings).anyMatch(other ->
                        other.classId() == detection.classId()
                                && Math.abs(other.score() - detection.score()) < tolerance
                                && distance(other, detection) < tolerance * size(detection));
            }
        }
    }

    /// The largest coordinate, at least the width of the image: boxes of random models are larger than the image.
    private static double size(Detection box) {
        return Math.max(ExportedModel.WIDTH, Math.max(Math.max(Math.abs(box.x1()), Math.abs(box.y1())),
                Math.max(Math.abs(box.x2()), Math.abs(box.y2()))));
    }

    private static double distance(Detection a, Detection b) {
        return Math.max(Math.max(Math.abs(a.x1() - b.x1()), Math.abs(a.y1() - b.y1())),
                Math.max(Math.abs(a.x2() - b.x2()), Math.abs(a.y2() - b.y2())));
    }

    /// The best detections of an image, by descending score.
    private static List<Detection> detections(Output output, int image, int most) {
        int count = output.anchors();
        return IntStream.range(image * count * CLASSES, (image + 1) * count * CLASSES)
                .mapToObj(i -> detection(output.predictions(), i / CLASSES * ROW, i % CLASSES))
                .sorted(Comparator.comparing(one -> -one.score())).limit(most).toList();
    }

    private static Detection detection(float[] rows, int at, int label) {
        return new Detection(label, rows[at + 4 + label], rows[at] - rows[at + 2] / 2, rows[at + 1] - rows[at + 3] / 2,
                rows[at] + rows[at + 2] / 2, rows[at + 1] + rows[at + 3] / 2);
    }
}
