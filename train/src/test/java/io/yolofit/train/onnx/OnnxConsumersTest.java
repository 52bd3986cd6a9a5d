package io.yolofit.train.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.base.NativeBundle;
import io.yolofit.engine.testing.Engines;
import io.yolofit.train.program.InferenceSession.Output;
import io.yolofit.zoo.onnx.OnnxMetadata;
import io.yolofit.zoo.onnx.OnnxSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_dnn;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_dnn.Net;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Other programs read exported files: OpenCV's DNN module, and decoders of the customary output in Java.
class OnnxConsumersTest {
    private static final int CLASSES = ExportedModel.NAMES.size();
    private static final int ROW = 4 + CLASSES;

    @TempDir
    private Path folder;

    @BeforeEach
    void needsLibtorch() {
        Engines.assumeCpu();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yolov5nu", "yolov8n"})
    void openCvComputesTheSamePredictions(String name) throws IOException {
        loadDnn();
        ExportedModel model = ExportedModel.of(name);
        Output expected = model.predictions();
        Path file = model.export(folder, OnnxSettings.of(ExportedModel.HEIGHT, ExportedModel.WIDTH).withBatch(2));
        float[] planes = planes(model.pixels(), ExportedModel.IMAGES);
        try (Net net = opencv_dnn.readNetFromONNX(file.toString());
                var blob = new Mat(new int[] {ExportedModel.IMAGES, 3, ExportedModel.HEIGHT, ExportedModel.WIDTH},
                        opencv_core.CV_32F)) {
            new FloatPointer(blob.data()).put(planes, 0, planes.length);
            net.setInput(blob);
            try (Mat output = net.forward()) {
                assertThat(output.dims()).isEqualTo(3);
                assertThat(List.of(output.size(0), output.size(1), output.size(2)))
                        .containsExactly(ExportedModel.IMAGES, ROW, expected.anchors());
                float[] values = new float[expected.predictions().length];
                new FloatPointer(output.data()).get(values);
                float[] rows = byAnchor(values, expected.anchors());
                assertThat(ExportedModel.error(rows, expected.predictions(), ROW, 0, 4)).isLessThan(1e-4);
                assertThat(ExportedModel.error(rows, expected.predictions(), ROW, 4, ROW)).isLessThan(1e-4);
            }
        }
    }

    /// The DNN module is not among the libraries that the program loads.
    @SuppressWarnings("restricted")
    private static void loadDnn() throws IOException {
        NativeBundle.OPENCV.load();
        for (String library : List.of("libopencv_dnn.so.413", "libjniopencv_dnn.so")) {
            System.load(Loader.cacheResource("/org/bytedeco/opencv/" + Loader.getPlatform() + "/" + library)
                    .getAbsolutePath());
        }
    }

    /// Decodes as Deep Java Library's translator of YOLOv8 does: the output is [4 + classes, anchors], box centers and
    /// sizes are in pixels of the letterboxed image, the class is that of the best score, and there is no objectness.
    @Test
    void aDecoderInJavaFindsTheBoxesOfTheOriginalImage() throws IOException {
        ExportedModel model = ExportedModel.of("yolov8n");
        Output expected = model.predictions();
        Path file = model.export(folder, OnnxSettings.of(ExportedModel.HEIGHT, ExportedModel.WIDTH));
        float[][] planes = OrtFile.run(file, planes(model.pixels(), 1), ExportedModel.HEIGHT, ExportedModel.WIDTH);
        int found = 0;
        for (int anchor = 0; anchor < planes[0].length; anchor++) {
            int best = 0;
            for (int label = 1; label < planes.length - 4; label++) {
                best = planes[4 + label][anchor] > planes[4 + best][anchor] ? label : best;
            }
            if (planes[4 + best][anchor] > .5f) {
                requireBox(planes, anchor, expected.predictions());
                found++;
            }
        }
        assertThat(found).isPositive();
    }

    /// The image of 64x96 is one of 128x192, halved: its letterbox has the ratio 1/2 and no padding.
    private static void requireBox(float[][] planes, int anchor, float[] rows) {
        double ratio = .5;
        int at = anchor * ROW;
        double left = (planes[0][anchor] - planes[2][anchor] / 2) / ratio;
        double bottom = (planes[1][anchor] + planes[3][anchor] / 2) / ratio;
        assertThat(left).isCloseTo((rows[at] - rows[at + 2] / 2) * 2, within(5e-2));
        assertThat(bottom).isCloseTo((rows[at + 1] + rows[at + 3] / 2) * 2, within(5e-2));
    }

    @Test
    void metadataHasTheCustomaryKeysAndReadsBack() throws IOException {
        ExportedModel model = ExportedModel.of("yolov8n");
        Path file = model.export(folder, OnnxSettings.of(ExportedModel.HEIGHT, ExportedModel.WIDTH));
        try (OnnxDetector detector = OnnxDetector.open(file, 1)) {
            assertThat(detector.metadata()).isEqualTo(new OnnxMetadata(ExportedModel.NAMES, 32, 1,
                    ExportedModel.HEIGHT, ExportedModel.WIDTH, false, false, false));
        }
        assertThat(OrtFile.metadata(file)).containsEntry("task", "detect").containsEntry("stride", "32")
                .containsEntry("names", "{0: 'cat', 1: \"it's\", 2: 'a \"b\"'}").containsEntry("batch", "1")
                .containsEntry("imgsz", "[64, 96]").containsEntry("version", "1.0");
    }

    /// Images as `f32[N,3,H,W]`, 0 to 1.
    private static float[] planes(MemorySegment pixels, int images) {
        byte[] bytes = pixels.toArray(ValueLayout.JAVA_BYTE);
        int plane = ExportedModel.HEIGHT * ExportedModel.WIDTH;
        float[] planes = new float[images * 3 * plane];
        for (int i = 0; i < planes.length; i++) {
            int image = i / (3 * plane);
            planes[i] = Byte.toUnsignedInt(bytes[(image * plane + i % plane) * 3 + i / plane % 3]) / 255f;
        }
        return planes;
    }

    private static float[] byAnchor(float[] values, int anchors) {
        List<Float> rows = new ArrayList<>();
        for (int image = 0; image < ExportedModel.IMAGES; image++) {
            for (int anchor = 0; anchor < anchors; anchor++) {
                for (int column = 0; column < ROW; column++) {
                    rows.add(values[(image * ROW + column) * anchors + anchor]);
                }
            }
        }
        float[] result = new float[rows.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = rows.get(i);
        }
        return result;
    }
}
