package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.AMP;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.SEED;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.demo.DemoDataset;
import io.yolofit.engine.Engine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.testkit.TinyArchitecture;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.options.AmpChoice;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.architecture.ArchitectureReader;
import io.yolofit.zoo.architecture.Scale;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A run of a small detector on a few small pictures of shapes, with its engine and data.
public final class TinyRun implements AutoCloseable {
    public static final int IMAGE_SIZE = 64;
    public static final int BATCH_SIZE = 4;
    private static final int THREADS = 1; // small tensors gain nothing from more
    private static final List<String> BUFFERS = List.of("parameters", "statistics", "moment0", "moment1", "gradients",
            "ema", "scaler");

    private final Engine engine;
    private final TrainingData data;
    private final Recorder recorder;
    private final Path weights;
    private final TrainingSetup setup;
    private final Trainer trainer;

    private TinyRun(Engine engine, Path dataset, Options options, Path weights, Recorder recorder,
            String architecture) throws IOException {
        this.engine = engine;
        this.weights = Files.createDirectories(weights);
        this.recorder = recorder;
        Model model = model(architecture, 3);
        TrainingImages images = TrainingImages.scan(Dataset.load(dataset), options, options.get(IMGSZ),
                model.stride(), recorder::note);
        Model sized = model(architecture, images.train().names().size());
        ModelChoice choice = new ModelChoice(sized, images.train().names(), Initializer.of(sized, options.get(SEED)));
        setup = TrainingSetup.of(engine, choice, images, options).reserve();
        data = TrainingData.open(images, options, engine::hostMemory, recorder::note);
        trainer = new Trainer(setup, data, this.weights, recorder);
    }

    /// @param engine  name of an engine, as [Engines#open(String)] takes it
    /// @param dataset a data set of [#dataset]
    /// @param weights folder for checkpoints, created if absent
    public static TinyRun of(String engine, Path dataset, Options options, Path weights) throws IOException {
        return of(engine, dataset, options, weights, new Recorder());
    }

    public static TinyRun of(String engine, Path dataset, Options options, Path weights, Recorder recorder)
            throws IOException {
        return of(engine, dataset, options, weights, recorder, TinyArchitecture.YAML);
    }

    /// @param architecture a model file
    public static TinyRun of(String engine, Path dataset, Options options, Path weights, Recorder recorder,
            String architecture) throws IOException {
        return new TinyRun(Engines.open(engine, THREADS), dataset, options, weights, recorder, architecture);
    }

    /// On the first engine that is tested, for tests of which the engine is not the subject.
    public static TinyRun of(Path dataset, Options options, Path weights) throws IOException {
        return of(Engines.list().getFirst(), dataset, options, weights);
    }

    public static Model model(int classes) {
        return model(TinyArchitecture.YAML, classes);
    }

    private static Model model(String architecture, int classes) {
        return Model.of(new ArchitectureCatalog.Sized(ArchitectureReader.read(architecture, "tiny.yaml"),
                Scale.whole()), classes);
    }

    /// Fourteen training and five validation pictures: the last batch of an epoch is smaller than the others.
    public static Path dataset(Path folder) throws IOException {
        return DemoDataset.create(folder, 14, 5, IMAGE_SIZE, 7);
    }

    /// In fp32, batches of four, three epochs; the rest are the recipe's defaults.
    public static Options options() {
        return Options.defaults(Mode.TRAIN).with(BATCH, BATCH_SIZE).with(IMGSZ, IMAGE_SIZE).with(EPOCHS, 3)
                .with(WORKERS, 2).with(AMP, AmpChoice.FALSE);
    }

    public TrainingSetup setup() {
        return setup;
    }

    public Trainer trainer() {
        return trainer;
    }

    public Recorder recorder() {
        return recorder;
    }

    public TrainingData data() {
        return data;
    }

    public Engine engine() {
        return engine;
    }

    public Path last() {
        return weights.resolve("last.safetensors");
    }

    public Path best() {
        return weights.resolve("best.safetensors");
    }

    /// Resumes from the last checkpoint in the run's folder.
    public TinyRun resumed() {
        trainer.resume(Checkpoint.read(last()), last());
        return this;
    }

    /// All persistent buffers, by name.
    public Map<String, float[]> state() {
        Map<String, float[]> state = new TreeMap<>();
        BUFFERS.stream().filter(engine.state()::has).forEach(name -> state.put(name, engine.state().read(name)));
        return state;
    }

    @Override
    public void close() {
        trainer.close();
        data.close();
        engine.close();
    }
}
