package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.SEED;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.comm.LocalGroup;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.InferenceSession;
import io.yolofit.train.ranks.RankThreads;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// A run of the tiny detector on several ranks of the CPU, each a thread with an engine and loaders of its own.
final class CpuRanks {
    private static final List<String> BUFFERS = List.of("parameters", "statistics", "moment0", "moment1", "gradients",
            "ema");

    private final Path dataset;
    private final Options options;
    private final Path weights;
    private final Map<Integer, Map<String, float[]>> states = new ConcurrentHashMap<>();
    private final Map<Integer, Trainer.Outcome> outcomes = new ConcurrentHashMap<>();
    private boolean resumes;

    /// @param weights folder for checkpoints, created if absent
    CpuRanks(Path dataset, Options options, Path weights) throws IOException {
        this.dataset = dataset;
        this.options = options;
        this.weights = Files.createDirectories(weights);
    }

    /// The run starts from the last checkpoint of its folder.
    CpuRanks resuming() {
        resumes = true;
        return this;
    }

    /// Trains on threads; rank 0 reports to the recorder.
    Recorder run(int ranks) throws Exception {
        return run(ranks, new Recorder());
    }

    Recorder run(int ranks, Recorder recorder) throws Exception {
        List<TrainingListener> listeners = new ArrayList<>(List.of(recorder));
        for (int rank = 1; rank < ranks; rank++) {
            listeners.add(TrainingListener.silent(() -> false));
        }
        run(LocalGroup.of(ranks), listeners);
        return recorder;
    }

    /// Trains the ranks of this process.
    ///
    /// @param listeners one per rank
    void run(List<Communicator> group, List<TrainingListener> listeners) throws Exception {
        int first = group.getFirst().rank();
        RankThreads.run(group, rank -> train(rank, options, listeners.get(rank.rank() - first)));
    }

    /// Trains one rank, in the calling thread.
    Trainer.Outcome train(Communicator group, Options own, TrainingListener listener) throws IOException {
        Slot slot = new Slot(group.rank(), group.ranks());
        int stride = TinyRun.model(3).stride();
        TrainingImages images = TrainingImages.scan(Dataset.load(dataset), own, own.get(IMGSZ), stride, note -> { });
        Model model = TinyRun.model(images.train().names().size());
        ModelChoice choice = new ModelChoice(model, images.train().names(), Initializer.of(model, own.get(SEED)));
        try (var engine = new CpuEngine(1, group)) {
            TrainingSetup setup = TrainingSetup.of(engine, Target.of(engine).at(slot), choice, images, own).reserve();
            try (TrainingData data = TrainingData.open(images.at(slot, 1), own, engine::hostMemory, note -> { });
                    var trainer = new Trainer(setup, data, weights, listener, group)) {
                if (resumes) {
                    trainer.resume(Checkpoint.read(last()), last());
                }
                Trainer.Outcome outcome = trainer.run();
                outcomes.put(group.rank(), outcome);
                Map<String, float[]> state = new TreeMap<>();
                BUFFERS.stream().filter(engine.state()::has).forEach(name -> state.put(name,
                        engine.state().read(name)));
                states.put(group.rank(), state);
                return outcome;
            }
        }
    }

    /// Validates the weights of the last checkpoint.
    Optional<Validation> validate(int ranks) throws Exception {
        return RankThreads.run(LocalGroup.of(ranks), rank -> {
            Slot slot = new Slot(rank.rank(), rank.ranks());
            Checkpoint checkpoint = Checkpoint.read(last());
            Model model = TinyRun.model(checkpoint.model().names().size());
            TrainingImages images = TrainingImages.scan(Dataset.load(dataset), options, options.get(IMGSZ),
                    model.stride(), note -> { });
            ModelChoice choice = new ModelChoice(model, images.train().names(), checkpoint.model().values());
            try (var engine = new CpuEngine(1, rank)) {
                TrainingSetup setup = TrainingSetup.of(engine, Target.of(engine).at(slot), choice, images, options);
                try (TrainingData data = TrainingData.open(images.at(slot, 1), options, engine::hostMemory,
                        note -> { }); InferenceSession session = InferenceSession.ofRun(setup.compiled(),
                        setup.compileOptions(), setup.plan().validation(), setup.spec().batches().valCapacity())) {
                    setup.compiled().writeAverage(checkpoint.model().values());
                    return new Validator(data.valLoader(), choice.names().size(), NmsSettings.validation())
                            .run(session, Validator.Observer.none(), rank);
                }
            }
        });
    }

    /// The persistent buffers of a rank at the end of its run.
    Map<String, float[]> state(int rank) {
        return states.get(rank);
    }

    Trainer.Outcome outcome(int rank) {
        return outcomes.get(rank);
    }

    Path last() {
        return weights.resolve("last.safetensors");
    }
}
