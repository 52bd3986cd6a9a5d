package io.yolofit.train.checkpoint;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.NBS;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolofit.engine.testing.EachEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.LossScale;
import io.yolofit.testkit.SameBits;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptimizerChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.trainer.TinyRun;
import io.yolofit.zoo.model.ModelFile;
import io.yolofit.zoo.weights.SafetensorsFile;
import io.yolofit.zoo.weights.Weights;
import io.yolofit.zoo.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    /// One epoch of four batches, with an update after each.
    private static final Options OPTIONS = TinyRun.options().with(EPOCHS, 1).with(NBS, TinyRun.BATCH_SIZE)
            .with(OPTIMIZER, OptimizerChoice.ADAMW);

    @TempDir
    static Path shared;
    private static final Map<String, Trained> RUNS = new HashMap<>();
    private static Path dataset;

    @TempDir
    Path folder;

    /// What a run on an engine left.
    private record Trained(Path last, Path best, Map<String, float[]> state) {
    }

    @BeforeAll
    static void makeDataset() throws IOException {
        dataset = TinyRun.dataset(shared.resolve("data"));
    }

    private static Trained trained(String engine) throws IOException {
        if (!RUNS.containsKey(engine)) {
            try (TinyRun run = TinyRun.of(engine, dataset, OPTIONS, shared.resolve("weights of " + engine))) {
                run.trainer().run();
                RUNS.put(engine, new Trained(run.last(), run.best(), run.state()));
            }
        }
        return RUNS.get(engine);
    }

    /// For tests of files, which are the same for all engines.
    private static String anyEngine() {
        return Engines.list().getFirst();
    }

    @EachEngine
    void holdsAllPersistentBuffers(String engine) throws IOException {
        Path last = trained(engine).last();
        Map<String, float[]> state = trained(engine).state();
        Checkpoint checkpoint = Checkpoint.read(last);

        assertThat(checkpoint.buffers()).containsOnlyKeys("parameters", "statistics", "moment0", "moment1");
        checkpoint.buffers().forEach((name, values) -> assertThat(values).as(name).isEqualTo(state.get(name)));
        Progress progress = checkpoint.progress();
        assertThat(progress).isEqualTo(new Progress(1, 4, 3, 4, progress.bestFitness(), 0, progress.seconds()));
        assertThat(progress.bestFitness()).isBetween(0.0, 1.0);
        assertThat(progress.seconds()).isPositive();
        assertThat(OptionsParser.fromYaml(Mode.TRAIN, checkpoint.options(), "args.yaml").toMap())
                .isEqualTo(OPTIONS.toMap());
    }

    @EachEngine
    void isAModelFileWithTheAveragedWeights(String engine) throws IOException {
        Path last = trained(engine).last();
        Path best = trained(engine).best();
        Weights weights = SafetensorsFile.read(last);

        assertThat(weights.get("model.0.conv.weight").shape()).as("output, input, height, width")
                .containsExactly(8, 3, 3, 3);
        assertThat(weights.names()).contains("model.0.bn.running_mean", "model.7.dfl.conv.weight", "train.parameters");
        assertThat(ModelFile.read(last).names()).containsExactly("circle", "square", "triangle");
        SameBits.assertSame(ModelFile.read(last).values(), ModelFile.read(best).values());
    }

    @EachEngine
    void theModelAloneHasNoTrainingState(String engine) throws IOException {
        Path last = trained(engine).last();
        Path best = trained(engine).best();
        assertThat(Checkpoint.read(best).buffers()).isEmpty();
        assertThat(SafetensorsFile.read(best).names()).noneMatch(name -> name.startsWith("train."));
        assertThat(SafetensorsFile.read(best).byteSize()).isLessThan(SafetensorsFile.read(last).byteSize() / 3);
        assertThatThrownBy(() -> restore(engine, Checkpoint.read(best), best, OPTIONS))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("no training state: this is a finished model")
                .hasMessageContaining(best.toString()).hasMessageContaining("last.safetensors")
                .hasMessageContaining("model=" + best);
    }

    private void restore(String engine, Checkpoint checkpoint, Path file, Options options) throws IOException {
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder)) {
            checkpoint.restore(compiled(run), file);
        }
    }

    private static CompiledModel compiled(TinyRun run) {
        return CompiledModel.of(run.engine(), TinyRun.model(3), name -> false);
    }

    @EachEngine
    void aModelFileWithoutProgressIsNotACheckpoint(String engine) throws IOException {
        Path best = trained(engine).best();
        Weights weights = SafetensorsFile.read(best);
        Map<String, String> metadata = new LinkedHashMap<>(weights.metadata());
        metadata.remove("yolofit.progress");
        Path file = folder.resolve("model.safetensors");
        SafetensorsFile.write(file, weights.withMetadata(metadata));

        assertThatCode(() -> ModelFile.read(file)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Checkpoint.read(file)).isInstanceOf(WeightsException.class)
                .hasMessageContaining("a model, but not a checkpoint").hasMessageContaining(file.toString())
                .hasMessageContaining("the last.safetensors of the run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "7", "null", "{}", "{\"epochs\": 3}", "{\"epochs\": \"many\"}",
            "{\"epochs\":1,\"iterations\":4,\"lastUpdate\":3,\"updates\":4,\"bestFitness\":0.5,\"bestEpoch\":0,"
                    + "\"seconds\":1.0,\"moon\":1}",
            "{\"epochs\":1,\"iterations\":null,\"lastUpdate\":3,\"updates\":4,\"bestFitness\":0.5,\"bestEpoch\":0,"
                    + "\"seconds\":1.0}"})
    void damagedProgressIsAnError(String progress) throws IOException {
        Path last = trained(anyEngine()).last();
        Weights weights = SafetensorsFile.read(last);
        Map<String, String> metadata = new LinkedHashMap<>(weights.metadata());
        metadata.put("yolofit.progress", progress);
        Path file = folder.resolve("last.safetensors");
        SafetensorsFile.write(file, weights.withMetadata(metadata));

        assertThatThrownBy(() -> Checkpoint.read(file)).isInstanceOf(WeightsException.class)
                .hasMessageContaining("'yolofit.progress' cannot be read").hasMessageContaining(file.toString())
                .hasMessageContaining("another copy");
    }

    @ParameterizedTest(name = "truncated at {0} of a thousand")
    @ValueSource(ints = {0, 1, 100, 500, 999})
    void aTruncatedFileIsRefused(int share) throws IOException {
        Path last = trained(anyEngine()).last();
        byte[] bytes = Files.readAllBytes(last);
        Path file = folder.resolve("last.safetensors");
        Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * (long) share / 1000)));

        assertThatThrownBy(() -> Checkpoint.read(file)).isInstanceOf(WeightsException.class)
                .hasMessageContaining(file.toString());
    }

    @ParameterizedTest(name = "{0}, nbs {1}, {2} frozen rows: {3}")
    @CsvSource({"SGD, 4, 0, moment1", "ADAMW, 12, 0, gradients", "ADAMW, 4, 1, parameters|moment0",
            "SGD, 4, 2, parameters|moment0"})
    void isRefusedByARunWithAnotherState(OptimizerChoice optimizer, int nominalBatch, int frozen, String buffer)
            throws IOException {
        Path last = trained(anyEngine()).last();
        Options other = OPTIONS.with(OPTIMIZER, optimizer).with(NBS, nominalBatch)
                .with(FREEZE, frozen == 0 ? List.of() : frozen == 1 ? List.of(0) : List.of(0, 1));

        assertThatThrownBy(() -> restore(anyEngine(), Checkpoint.read(last), last, other))
                .isInstanceOf(WeightsException.class)
                .hasMessageMatching("(?s)'(" + buffer + ")' has \\d+ elements, but this run has \\d+\\b.*")
                .hasMessageContaining(last.toString()).hasMessageContaining("optimizer, freeze, amp, batch and nbs");
    }

    @EachEngine
    void aRunWithMoreStateRefusesACheckpointWithLess(String engine) throws IOException {
        Options less = OPTIONS.with(OPTIMIZER, OptimizerChoice.SGD);
        Path file;
        try (TinyRun run = TinyRun.of(engine, dataset, less, folder.resolve("less"))) {
            run.trainer().run();
            file = run.last();
        }

        assertThatThrownBy(() -> restore(engine, Checkpoint.read(file), file, OPTIONS))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("'moment1' has 0 elements, but this run has ")
                .hasMessageContaining(file.toString());
    }

    @EachEngine
    void theLossScaleOfARunInFp16IsSavedAndFitsNoOtherRun(String engine) throws IOException {
        Path file;
        try (TinyRun run = TinyRun.of(engine, dataset, OPTIONS, folder.resolve("probe"))) {
            assumeTrue(run.engine().supports(DType.F16),
                    "needs a CUDA device: the CPU engine does not compute in fp16");
        }
        try (TinyRun run = TinyRun.of(engine, dataset, OPTIONS.with(AMP, AmpChoice.FP16), folder.resolve("scaled"))) {
            run.trainer().run();
            file = run.last();
            assertThat(Checkpoint.read(file).buffers().get("scaler")).isEqualTo(run.engine().state().read("scaler"))
                    .hasSize(LossScale.COUNT);
        }
        assertThatThrownBy(() -> restore(engine, Checkpoint.read(file), file, OPTIONS))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("'scaler' has 3 elements, but this run has 0").hasMessageContaining("amp");
    }

    @EachEngine
    void aRefusedCheckpointChangesNothing(String engine) throws IOException {
        Path last = trained(engine).last();
        try (TinyRun run = TinyRun.of(engine, dataset, OPTIONS.with(OPTIMIZER, OptimizerChoice.SGD), folder)) {
            Map<String, float[]> before = run.state();

            assertThatThrownBy(() -> Checkpoint.read(last).restore(compiled(run), last));

            SameBits.assertSame(run.state(), before);
        }
    }

    @EachEngine
    void aNewCheckpointReplacesThePreviousOneWithoutATemporaryFile(String engine) throws IOException {
        Path last = trained(engine).last();
        assertThat(last.getParent().toFile().list()).containsExactlyInAnyOrder("last.safetensors", "best.safetensors");
    }
}
