package io.yolofit.train.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.engine.testing.Engines;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.eval.Nms;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.eval.Predictions;
import io.yolofit.train.program.InferenceSession.Output;
import io.yolofit.zoo.onnx.OnnxSettings;
import io.yolofit.zoo.onnx.OnnxSettings.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Suppression inside a file keeps the detections that the program's suppression keeps.
class OnnxSelectionTest {
    private static final int CLASSES = ExportedModel.NAMES.size();
    private static final int ROW = 4 + CLASSES;
    private static final float CONFIDENCE = .3f;
    private static final float IOU = .5f;

    private static ExportedModel model;
    private static Output expected;

    @TempDir
    private Path folder;

    @BeforeAll
    static void predict() {
        if (Engines.list().contains(Engines.CPU)) {
            model = ExportedModel.of("yolov8n");
            expected = model.predictions();
        }
    }

    @BeforeEach
    void needsLibtorch() {
        Engines.assumeCpu();
    }

    @ParameterizedTest
    @CsvSource({"false, false, 13, 300", "true, false, 17, 20", "false, true, 18, 300", "true, true, 22, 300"})
    void aFileSuppressesLikeTheProgram(boolean agnostic, boolean dynamic, int opset, int most) throws IOException {
        var settings = OnnxSettings.of(ExportedModel.HEIGHT, ExportedModel.WIDTH).withBatch(2).withDynamic(dynamic)
                .withOpset(opset).withNms(new Selection(CONFIDENCE, IOU, most, agnostic));
        Output actual = model.run(model.export(folder, settings));
        assertThat(actual.anchors()).isEqualTo(most);
        int kept = 0;
        for (int image = 0; image < ExportedModel.IMAGES; image++) {
            List<Detection> wanted = Nms.suppress(Predictions.rows(corners(image), expected.anchors(), CLASSES),
                    NmsSettings.prediction().withConfidence(CONFIDENCE).withIou(IOU).withAgnostic(agnostic)
                            .withMaxDetections(most));
            List<Detection> found = found(actual, image);
            assertThat(found).hasSameSizeAs(wanted);
            for (int i = 0; i < wanted.size(); i++) {
                assertThat(found.get(i).score()).isCloseTo(wanted.get(i).score(), within(1e-4f));
                assertThat(found.get(i).classId()).isEqualTo(wanted.get(i).classId());
                assertThat(found.get(i).x1()).isCloseTo(wanted.get(i).x1(), within(1e-2f));
                assertThat(found.get(i).y2()).isCloseTo(wanted.get(i).y2(), within(1e-2f));
            }
            kept += wanted.size();
        }
        assertThat(kept).isBetween(10, 2 * Math.min(most, expected.anchors() - 10));
    }

    /// Rows of an image as x1, y1, x2, y2, scores.
    private static float[] corners(int image) {
        int length = expected.anchors() * ROW;
        float[] rows = Arrays.copyOfRange(expected.predictions(), image * length, (image + 1) * length);
        for (int i = 0; i < rows.length; i += ROW) {
            Detection box = box(rows, i, 0, 0);
            rows[i] = box.x1();
            rows[i + 1] = box.y1();
            rows[i + 2] = box.x2();
            rows[i + 3] = box.y2();
        }
        return rows;
    }

    private static List<Detection> found(Output output, int image) {
        List<Detection> found = new ArrayList<>();
        for (int i = image * output.anchors(); i < (image + 1) * output.anchors(); i++) {
            for (int label = 0; label < CLASSES; label++) {
                float score = output.predictions()[i * ROW + 4 + label];
                if (score > 0) {
                    found.add(box(output.predictions(), i * ROW, label, score));
                }
            }
        }
        found.sort(Comparator.comparing(one -> -one.score()));
        return found;
    }

    private static Detection box(float[] rows, int at, int label, float score) {
        return new Detection(label, score, rows[at] - rows[at + 2] / 2, rows[at + 1] - rows[at + 3] / 2,
                rows[at] + rows[at + 2] / 2, rows[at + 1] + rows[at + 3] / 2);
    }
}
