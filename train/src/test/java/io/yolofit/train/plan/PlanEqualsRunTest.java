package io.yolofit.train.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.engine.Engine;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.plan.Program;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.search.BudgetSearch;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.Recorder;
import io.yolofit.train.trainer.TinyRun;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.train.trainer.TrainingSetup;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The same words after `plan`, without an engine, and after `train`, on one: equal programs, equal to the byte.
class PlanEqualsRunTest {
    @TempDir
    static Path folder;

    private static Path dataset;

    @BeforeAll
    static void makeDataset() throws IOException {
        dataset = TinyRun.dataset(folder.resolve("data"));
    }

    static Stream<Arguments> runs() {
        List<String> grid = List.of("batch=4", "batch=1 nbs=1", "batch=14", "batch=16", "batch=3 nbs=9",
                "batch=4 accumulate=3", "optimizer=SGD", "optimizer=Adam", "optimizer=RMSProp", "optimizer=auto",
                "optimizer=auto epochs=20000", "multi_scale=0.5 batch=8", "rect=true", "mosaic=0",
                "mosaic=0 mixup=0.5", "mixup=0.2 cutmix=0.1", "copy_paste=0.5", "freeze=2", "freeze=[0,2]",
                "amp=true", "amp=false", "recompute=off", "recompute=max", "recompute=0.5", "classes=[0,1]",
                "single_cls=true", "val_batch=3", "val_batch=1 batch=8", "fraction=0.5", "imgsz=96",
                "imgsz=96 rect=true batch=2", "box=1 cls=2 dfl=3", "close_mosaic=0 mosaic=1");
        return Engines.list().stream().flatMap(engine -> grid.stream().map(words -> Arguments.of(engine, words)));
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("runs")
    void aPlanEqualsItsRun(String device, String words) throws IOException {
        try (Engine engine = Engines.open(device, 1)) {
            Options train = options(Mode.TRAIN, words);
            TrainingImages images = images(train);
            Model model = TinyRun.model(images.train().names().size());
            ModelChoice choice = new ModelChoice(model, images.train().names(), Initializer.of(model, 1));
            TrainingSetup setup = TrainingSetup.of(engine, choice, images, train).reserve();

            Options plan = options(Mode.PLAN, words);
            RunPlan planned = BudgetSearch.choose(plan, model, images(plan).facts(), target(engine)).plan();

            assertThat(planned.arenaBytes()).isEqualTo(setup.plan().arenaBytes());
            assertThat(planned.stagingBytes()).isEqualTo(setup.plan().stagingBytes());
            assertThat(texts(planned)).isEqualTo(texts(setup.plan()));
            if (engine instanceof CudaEngine gpu) {
                assertThat(gpu.memory().arenaBytes()).isEqualTo(planned.arenaBytes());
            }
            assertThat(stateBytes(setup, engine)).as("state").isLessThanOrEqualTo(planned.persistentBytes())
                    .isGreaterThan(planned.persistentBytes() - 256 * 10);
        }
    }

    private static Options options(Mode mode, String words) {
        List<String> all = new ArrayList<>(List.of("model=tiny.yaml", "data=" + dataset, "workers=0"));
        if (!words.contains("imgsz")) {
            all.add("imgsz=64");
        }
        all.addAll(List.of(words.split(" ")));
        return OptionsParser.parse(mode, all);
    }

    private static TrainingImages images(Options options) {
        return TrainingImages.scan(Dataset.load(dataset), options,
                options.get(OptionTable.IMGSZ), TinyRun.model(3).stride(), note -> { });
    }

    /// The device without its engine.
    private static Target target(Engine engine) {
        return engine instanceof CudaEngine ? Target.gpu(CudaEngine.workspaceModel())
                : Target.cpu(engine.mixedPrecision());
    }

    private static List<String> texts(RunPlan plan) {
        return plan.programs().stream().map(Program::graph).map(Object::toString).toList();
    }

    /// Bytes of the state of a run that has compiled all its programs.
    private static long stateBytes(TrainingSetup setup, Engine engine) throws IOException {
        try (TrainingData data = TrainingData.open(setup.images(), setup.options(), engine::hostMemory, note -> { });
                Trainer _ = new Trainer(setup, data, Files.createTempDirectory(folder, "weights"), new Recorder())) {
            long bytes = 0;
            for (String name : List.of("parameters", "statistics", "moment0", "moment1", "gradients", "ema",
                    "scaler")) {
                bytes += engine.state().has(name) ? (long) engine.state().count(name) * Float.BYTES : 0;
            }
            return bytes;
        }
    }
}
