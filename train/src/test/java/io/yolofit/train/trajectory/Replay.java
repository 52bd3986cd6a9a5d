package io.yolofit.train.trajectory;

import static io.yolofit.train.options.OptionTable.FLIPLR;
import static io.yolofit.train.options.OptionTable.HSV_H;
import static io.yolofit.train.options.OptionTable.HSV_S;
import static io.yolofit.train.options.OptionTable.HSV_V;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.MOSAIC;
import static io.yolofit.train.options.OptionTable.SCALE;
import static io.yolofit.train.options.OptionTable.TIME;
import static io.yolofit.train.options.OptionTable.TRANSLATE;
import static io.yolofit.train.options.OptionTable.VAL_EACH_EPOCH;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.engine.Engine;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.schedule.OptimizerSetup;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.Recorder;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.train.trainer.TrainingSetup;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/// What our trainer did with a trajectory's batches.
///
/// @param ramps     constant tensors of the head's distributions, which the reference counts as weights
/// @param schedule  an equal one to that of the trainer
/// @param losses    of all iterations
/// @param scalars   that the engine got for each iteration
/// @param snapshots after the updates of which the trajectory has one
record Replay(StateLayout layout, int ramps, OptimizerSetup optimizer, TrainingSchedule schedule,
        List<LossItems> losses, List<StepScalars> scalars, List<ReplayEngine.Update> updates,
        Map<Integer, Snapshot> snapshots) {
    private static final double A_MOMENT = 1e-9; // hours

    /// The tensors of model and average after an update, by name, in the graph's order.
    record Snapshot(Map<String, float[]> model, Map<String, float[]> average) {
    }

    /// Trains on the trajectory's batches. The trainer's own images are blank: they only have the right number, size
    /// and count of objects. A trajectory that is cut after its first epoch ends the run there.
    ///
    /// @param folder an empty one, for the run's files
    static Replay of(Engine engine, Trajectory trajectory, Path folder) throws IOException {
        return of(engine, trajectory, folder, Communicator.alone());
    }

    /// The same for a rank of a group, which trains on its slices of the trajectory's batches.
    static Replay of(Engine engine, Trajectory trajectory, Path folder, Communicator group) throws IOException {
        Slot slot = new Slot(group.rank(), group.ranks());
        Options options = trajectory.options().with(MOSAIC, 0.0).with(SCALE, 0.0).with(TRANSLATE, 0.0)
                .with(FLIPLR, 0.0).with(HSV_H, 0.0).with(HSV_S, 0.0).with(HSV_V, 0.0).with(WORKERS, 0)
                .with(VAL_EACH_EPOCH, false);
        if (!trajectory.isWhole()) {
            options = options.with(TIME, A_MOMENT);
        }
        Model model = Model.of(ArchitectureCatalog.known(trajectory.model()), trajectory.classes());
        Recorder recorder = new Recorder();
        TrainingImages images = TrainingImages.scan(Dataset.load(blankImages(folder, trajectory)), options,
                options.get(IMGSZ), model.stride(), recorder::note);
        ModelChoice choice = new ModelChoice(model, images.train().names(), GoldenRule.weights(model));
        Map<Integer, Snapshot> snapshots = new LinkedHashMap<>();
        StateLayout layout = CompiledModel.of(engine, model, RunSpec.frozen(options)).layout();
        ReplayEngine replaying = new ReplayEngine(engine, iteration -> trajectory.batch(iteration).slice(slot),
                update -> {
            if (trajectory.snapshots().stream().anyMatch(one -> one.afterUpdate() == update.number())) {
                snapshots.put(update.number(), snapshot(engine, layout));
            }
        });
        TrainingSetup setup = TrainingSetup.of(replaying, Target.of(replaying).at(slot), choice, images, options)
                .reserve();
        try (TrainingData data = TrainingData.open(images.at(slot, 0), options, engine::hostMemory, recorder::note);
                Trainer trainer = new Trainer(setup, data, Files.createDirectories(folder.resolve("weights")),
                        recorder, group)) {
            trainer.run();
            return new Replay(layout, model.head().ramps().size(), setup.optimizer(),
                    new TrainingSchedule(options, setup.optimizer(), data.trainLoader().batches()), recorder.losses(),
                    replaying.steps(), replaying.updates(), snapshots);
        }
    }

    private static Snapshot snapshot(Engine engine, StateLayout layout) {
        Map<String, float[]> model = new LinkedHashMap<>();
        for (StateLayout.Slot slot : layout.parameters().values()) {
            model.put(slot.name(), engine.state().read("parameters", slot.offset(), (int) slot.shape().count()));
        }
        for (StateLayout.Slot slot : layout.statistics().values()) {
            model.put(slot.name(), engine.state().read("statistics", slot.offset(), (int) slot.shape().count()));
        }
        return new Snapshot(model, CompiledModel.averageByName(layout, engine.state().read("ema")));
    }

    /// As many images as the trajectory has, and one for validation.
    private static Path blankImages(Path folder, Trajectory trajectory) throws IOException {
        int size = trajectory.options().get(IMGSZ);
        String rows = IntStream.rangeClosed(1, TrajectoryBatch.OBJECTS_PER_IMAGE)
                .mapToObj("0 0.5 0.5 0.5 0.%d\n"::formatted).collect(Collectors.joining());
        Path first = folder.resolve("blank.png");
        ImageIO.write(new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB), "png", first.toFile());
        for (String split : List.of("train", "val")) {
            Path images = Files.createDirectories(folder.resolve("images").resolve(split));
            Path labels = Files.createDirectories(folder.resolve("labels").resolve(split));
            for (int i = 0; i < (split.equals("train") ? trajectory.images() : 1); i++) {
                Files.copy(first, images.resolve(i + ".png"));
                Files.writeString(labels.resolve(i + ".txt"), rows);
            }
        }
        return Files.writeString(folder.resolve("data.yaml"), "path: .\ntrain: images/train\nval: images/val\nnames: "
                + IntStream.range(0, trajectory.classes()).mapToObj("class%d"::formatted).toList() + "\n");
    }
}
