package io.yolofit.train.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.image.RgbImage;
import io.yolofit.engine.Engine;
import io.yolofit.engine.testing.EachEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.eval.Detection;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.onnx.OnnxDetector;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec.Batches;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.InferenceSession;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.program.TrainingSession;
import io.yolofit.train.trainer.SquarePictures.Area;
import io.yolofit.train.trainer.SquarePictures.Picture;
import io.yolofit.train.trainer.SquarePictures;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.onnx.OnnxExport;
import io.yolofit.zoo.onnx.OnnxSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Validation and prediction with a detector whose output is known.
class InferenceTest {
    private static final int IMAGE_SIZE = 64;
    private static final int BATCH_SIZE = 2;
    private static final int CLASSES = 3;

    /// All are resized to a long side of 64; the padding of the short side is a multiple of the stride.
    private static final List<Picture> PICTURES = List.of(
            square(128, 96, .5, 6, 8), square(96, 128, .5, 8, 5), square(128, 128, .5, 9, 10),
            square(160, 120, .4, 10, 7), square(64, 64, 1, 5, 9));

    private static final int CAPACITY = 8;
    private static final CompileOptions OPTIONS = new CompileOptions(CompileOptions.Gains.DEFAULT, DType.F32,
            Update.Rule.SGD, CAPACITY, false, Recompute.Policy.DEFAULT);

    @TempDir
    Path folder;

    private final Model model = SquareFinder.model();
    private Engine engine;
    private CompiledModel compiled;
    private RunPlan plan;
    private InferenceSession session;
    private List<LabeledImage> images;
    private ImageStore store;
    private BatchLoader loader;

    /// A picture with one square, centered in the receptive field of the output (column, row).
    private static Picture square(int width, int height, double ratio, int column, int row) {
        double left = SquareFinder.STRIDE * column - SquareFinder.BEFORE - (IMAGE_SIZE - width * ratio) / 2;
        double top = SquareFinder.STRIDE * row - SquareFinder.BEFORE - (IMAGE_SIZE - height * ratio) / 2;
        return new Picture(width, height, List.of(new Area(round(left / ratio), round(top / ratio),
                round((left + SquareFinder.SIDE) / ratio), round((top + SquareFinder.SIDE) / ratio))));
    }

    private static int round(double pixels) {
        return (int) Math.rint(pixels);
    }

    @BeforeEach
    void open() throws IOException {
        images = Dataset.load(SquarePictures.write(folder, PICTURES)).val()
                .scan(ScanOptions.defaults().withCacheFolder(folder.resolve("cache"))).images();
        store = ImageStore.uncached(images, IMAGE_SIZE);
        loader = BatchLoader.open(images, store, LoaderOptions.validation(IMAGE_SIZE, BATCH_SIZE, 1)
                .withStride(SquareFinder.STRIDE), problem -> { });
    }

    private void compile(String device) {
        engine = Engines.open(device, 1);
        compiled = CompiledModel.of(engine, model, name -> false);
        InputShape batch = InputShape.square(BATCH_SIZE, IMAGE_SIZE);
        plan = RunPlan.of(new RunSpec(model, compiled.layout(), OPTIONS,
                new Batches(List.of(batch), List.of(batch), CAPACITY)), Target.of(engine));
        engine.reserve(plan.programs());
        session = InferenceSession.ofRun(compiled, OPTIONS, plan.validation(), CAPACITY);
        compiled.writeAverage(SquareFinder.weights(model));
    }

    @AfterEach
    void close() {
        loader.close();
        store.close();
        if (engine != null) { // else the test was skipped
            session.close();
            engine.close();
        }
    }

    private Validation validate() {
        return new Validator(loader, CLASSES, NmsSettings.validation()).run(session, Validator.Observer.none());
    }

    /// The strongest detection of each picture, by file name.
    private Map<String, Detection> strongest(List<ImageDetections> found) {
        Map<String, Detection> strongest = new TreeMap<>();
        for (ImageDetections image : found) {
            assertThat(image.detections()).isSortedAccordingTo(Comparator.comparing(Detection::score).reversed());
            strongest.put(image.path().getFileName().toString(), image.detections().getFirst());
        }
        return strongest;
    }

    private Map<String, Detection> validated() {
        List<ImageDetections> found = new ArrayList<>();
        new Validator(loader, CLASSES, NmsSettings.validation()).run(session, Validator.collecting(found::add));
        assertThat(found).extracting(ImageDetections::width).containsExactly(128, 96, 128, 160, 64);
        assertThat(found).extracting(ImageDetections::height).containsExactly(96, 128, 128, 120, 64);
        return strongest(found);
    }

    private Map<String, Detection> predicted() throws IOException {
        List<ImageDetections> found = new ArrayList<>();
        try (InferenceSession plain = InferenceSession.of(compiled, DType.F32)) {
            Predictor predictor = new Predictor(plain, IMAGE_SIZE, SquareFinder.STRIDE, CLASSES,
                    NmsSettings.prediction());
            for (LabeledImage image : images) {
                try (RgbImage pixels = RgbImage.decode(image.path())) {
                    found.add(predictor.predict(image.path(), pixels));
                }
            }
        }
        return strongest(found);
    }

    private static float[] corners(Detection detection) {
        return new float[] {detection.x1(), detection.y1(), detection.x2(), detection.y2()};
    }

    private static void assertFound(Map<String, Detection> found) {
        assertThat(found).hasSize(PICTURES.size());
        for (int i = 0; i < PICTURES.size(); i++) {
            Area square = PICTURES.get(i).squares().getFirst();
            Detection detection = found.get("picture" + i + ".png");
            assertThat(detection.classId()).isEqualTo(SquarePictures.CATEGORY);
            assertThat(detection.score()).as("picture %d", i).isGreaterThan(.3f);
            assertThat(corners(detection)).as("picture %d", i).containsExactly(
                    new float[] {square.left(), square.top(), square.right(), square.bottom()}, within(1f));
        }
    }

    @EachEngine
    void validationFindsSquaresInOriginalPixels(String device) {
        compile(device);
        assertFound(validated());
    }

    @EachEngine
    void predictionFindsSquaresInOriginalPixels(String device) throws IOException {
        compile(device);
        assertFound(predicted());
    }

    @Test
    void predictionOfABatchEqualsThatOfSingleImages() throws IOException {
        Engines.assumeCpu(); // on CUDA the convolution algorithm depends on the batch size
        compile(Engines.CPU);
        List<Predictor.Input> inputs = new ArrayList<>();
        try (InferenceSession plain = InferenceSession.of(compiled, DType.F32)) {
            Predictor predictor = new Predictor(plain, IMAGE_SIZE, SquareFinder.STRIDE, CLASSES,
                    NmsSettings.prediction());
            List<ImageDetections> single = new ArrayList<>();
            for (LabeledImage image : images) {
                RgbImage pixels = RgbImage.decode(image.path());
                inputs.add(new Predictor.Input(image.path(), pixels));
                single.add(predictor.predict(image.path(), pixels));
            }
            assertThat(predictor.predict(inputs)).isEqualTo(single);
            assertThat(predictor.predict(inputs.reversed())).isEqualTo(single.reversed());
            assertThat(predictor.predict(List.of())).isEmpty();
        } finally {
            inputs.forEach(input -> input.image().close());
        }
    }

    @EachEngine
    void predictionAndValidationAgree(String device) throws IOException {
        compile(device);
        Map<String, Detection> validated = validated();

        predicted().forEach((name, detection) -> {
            Detection other = validated.get(name);
            assertThat(detection.score()).as(name).isCloseTo(other.score(), within(1e-3f));
            assertThat(corners(detection)).as(name).containsExactly(corners(other), within(1f));
        });
    }

    @EachEngine
    void everySquareIsATruePositive(String device) {
        compile(device);
        Validation validation = validate();

        assertThat(validation.metrics().images()).isEqualTo(5);
        assertThat(validation.metrics().instances()).isEqualTo(5);
        assertThat(validation.metrics().map50()).isGreaterThan(.99);
        assertThat(validation.metrics().map()).isGreaterThan(.9);
        assertThat(validation.confusion().counts()[SquarePictures.CATEGORY][SquarePictures.CATEGORY]).isEqualTo(5);
        assertThat(validation.seconds()).isPositive();
    }

    @EachEngine
    void lossesAreTheMeanOfTheBatches(String device) {
        compile(device);
        List<Double> boxes = new ArrayList<>();
        Validator.Observer measuring = (batch, detections) -> boxes.add(session.run(batch.pixels(), batch.images(),
                batch.height(), batch.width(), batch.targets(), batch.offsets()).items().get(LossTerm.BOX));

        Validation validation = new Validator(loader, CLASSES, NmsSettings.validation()).run(session, measuring);

        assertThat(boxes).hasSize(3);
        assertThat(validation.items().get(LossTerm.BOX)).isPositive()
                .isCloseTo((boxes.get(0) + boxes.get(1) + boxes.get(2)) / 3,
                within(1e-6));
    }

    @EachEngine
    void validationUsesTheAverageAndNotTheTrainedParameters(String device) {
        compile(device);
        try (TrainingSession _ = new TrainingSession(compiled, OPTIONS, plan.steps(), plan.update())) {
            Validation before = validate();
            compiled.writeTrained(Initializer.of(model, 1));
            assertThat(validate().items()).isEqualTo(before.items());
            assertThat(validate().metrics().fitness()).isEqualTo(before.metrics().fitness());

            compiled.writeAverage(Initializer.of(model, 1));
            assertThat(validate().items()).isNotEqualTo(before.items());
            assertThat(validate().metrics().fitness()).isLessThan(.1);
        }
    }

    @EachEngine
    void maxDetLimitsTheDetections(String device) {
        compile(device);
        List<Integer> counts = new ArrayList<>();
        new Validator(loader, CLASSES, NmsSettings.validation().withMaxDetections(2)).run(session,
                (batch, detections) -> detections.forEach(image -> counts.add(image.size())));

        assertThat(counts).hasSize(5).containsOnly(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anExportedModelGivesTheMetricsAndBoxesOfTheEngine(boolean dynamic) throws IOException {
        Engines.assumeCpu();
        compile(Engines.CPU);
        Path file = folder.resolve("squares.onnx");
        Files.write(file, OnnxExport.bytes(model, List.of("a", "b", "c"), SquareFinder.weights(model),
                OnnxSettings.of(IMAGE_SIZE, IMAGE_SIZE).withDynamic(dynamic), "1.0"));
        Validation expected = validate();
        try (OnnxDetector exported = OnnxDetector.open(file, 1)) {
            Validation actual = new Validator(loader, CLASSES, NmsSettings.validation()).run(exported,
                    Validator.Observer.none());
            assertThat(expected.metrics().map50()).isPositive();
            assertThat(actual.metrics().map()).isCloseTo(expected.metrics().map(), within(1e-3));
            assertThat(actual.metrics().map50()).isCloseTo(expected.metrics().map50(), within(1e-3));
            assertThat(actual.items()).isNull();
            assertThat(actual.fitness()).isEmpty();
            Predictor predictor = new Predictor(exported, IMAGE_SIZE, SquareFinder.STRIDE, CLASSES,
                    NmsSettings.prediction());
            List<ImageDetections> found = new ArrayList<>();
            for (LabeledImage image : images) {
                try (RgbImage pixels = RgbImage.decode(image.path())) {
                    found.add((dynamic ? predictor : predictor.ofFixedSize()).predict(image.path(), pixels));
                }
            }
            assertFound(strongest(found));
        }
    }
}
