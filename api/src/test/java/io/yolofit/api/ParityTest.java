package io.yolofit.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.api.model.SplitValidation;
import io.yolofit.base.Messages;
import io.yolofit.train.inference.ImageDetections;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionsParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Letterbox, decoding and suppression are one path: validation (of a run and of `val`), `predict` with weights, and
/// `predict` with ONNX files find the same boxes in square, tall and wide images.
class ParityTest {
    private static final double PIXELS = 0.05;
    private static final double CONFIDENCE = 0.001;

    /// Of one class: with several, validation takes all classes of a box, prediction its best one.
    private final TinyModel tiny = TinyModel.ofOneClass();

    @TempDir
    Path folder;

    static Stream<Arguments> shapes() {
        return Stream.concat(Stream.of(320, 640).flatMap(size -> Stream.of(
                Arguments.of(size, "square", size, size), Arguments.of(size, "tall", size / 2, size),
                Arguments.of(size, "wide", size, size / 2))), Stream.of(Arguments.of(320, "enlarged", 128, 64),
                Arguments.of(1280, "wide", 1280, 640)));
    }

    @ParameterizedTest(name = "imgsz={0}, {1} image of {2} x {3}")
    @MethodSource("shapes")
    void allPathsFindTheSameBoxes(int imageSize, String shape, int width, int height) throws IOException {
        Path image = tiny.tiledFile(width / TinyModel.SIDE, height / TinyModel.SIDE);
        String size = "imgsz=" + imageSize;
        Path weights = tiny.result.weights();
        Path fixed = folder.resolve("fixed.onnx");
        Path dynamic = folder.resolve("dynamic.onnx");
        try (Yolo model = Yolo.load(weights, size, "device=cpu")) {
            model.export(fixed, size);
            model.export(dynamic, size, "dynamic=true");
            List<DetectedObject> found = model.predict(image).objects();
            assertThat(found).as("a test of nothing").isNotEmpty();
            try (Yolo onnx = Yolo.load(dynamic, size, "device=cpu")) {
                assertSame(onnx.predict(image).objects(), found, "ONNX of any size");
            }
            try (Yolo onnx = Yolo.load(fixed, "device=cpu")) {
                List<DetectedObject> padded = onnx.predict(image).objects();
                assertSame(validated(weights, image, size), padded, "validation of the weights");
                assertSame(validated(fixed, image, size), padded, "validation of the ONNX file");
                if (width == height) {
                    assertSame(padded, found, "a square image is not padded");
                }
            }
        }
    }

    /// What the validation of a split with this image alone finds, with the settings of prediction.
    private List<DetectedObject> validated(Path model, Path image, String size) throws IOException {
        Path split = Files.createDirectories(folder.resolve("images"));
        Files.copy(image, split.resolve("image.png"), StandardCopyOption.REPLACE_EXISTING);
        Path labels = Files.createDirectories(folder.resolve("labels"));
        Files.writeString(labels.resolve("image.txt"), "0 0.5 0.5 0.1 0.1\n");
        Path data = Files.writeString(folder.resolve("one.yaml"), "path: " + folder + "\ntrain: images\nval: images\n"
                + "names: [item]\n");
        List<ImageDetections> images = new ArrayList<>();
        SplitValidation.of(OptionsParser.parse(Mode.VAL, List.of("model=" + model, "data=" + data, size, "conf=0.25",
                "batch=1", "workers=0", "device=cpu")), Messages.of(_ -> { }, _ -> { }))
                .run(Validator.collecting(images::add));
        return Prediction.of(images.getFirst(), List.of("item")).objects();
    }

    private static void assertSame(List<DetectedObject> found, List<DetectedObject> expected, String what) {
        assertThat(found).as(what + ":\n" + text(found) + "\nexpected:\n" + text(expected))
                .hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            DetectedObject one = found.get(i);
            DetectedObject other = nearest(one, expected);
            assertThat(one.classId()).as(what).isEqualTo(other.classId());
            assertThat((double) one.confidence()).as(what).isCloseTo(other.confidence(), within(CONFIDENCE));
            assertThat(distance(one, other)).as(what + ": " + one + " " + other).isLessThan(PIXELS);
        }
    }

    private static DetectedObject nearest(DetectedObject one, List<DetectedObject> others) {
        return others.stream().filter(other -> other.classId() == one.classId())
                .min((a, b) -> Double.compare(distance(a, one), distance(b, one))).orElse(one);
    }

    private static double distance(DetectedObject one, DetectedObject other) {
        return Math.max(Math.max(Math.abs(one.x1() - other.x1()), Math.abs(one.y1() - other.y1())),
                Math.max(Math.abs(one.x2() - other.x2()), Math.abs(one.y2() - other.y2())));
    }

    private static String text(List<DetectedObject> objects) {
        return objects.stream().map(DetectedObject::toString).collect(Collectors.joining("\n"));
    }
}
