package io.yolofit.bench.accuracy;

import static io.yolofit.train.options.OptionTable.CLOSE_MOSAIC;
import static io.yolofit.train.options.OptionTable.EPOCHS;

import io.yolofit.data.batch.Batch;
import io.yolofit.data.batch.EpochBatches;
import io.yolofit.engine.Engine;
import io.yolofit.engine.State;
import io.yolofit.graph.op.LossScale;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.program.TrainingSession;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingSetup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A training with the trainer's programs, schedule and batches, but driven from outside: gradients can be read, and
/// the state saved and restored. Gradients of several batches are accumulated, as by default with batches of 16, so
/// they are in a buffer of their own between a step and the update.
final class Rig implements AutoCloseable {
    private static final List<String> BUFFERS = List.of("parameters", "statistics", "moment0", "moment1", "gradients",
            "ema", "scaler");

    private final Engine engine;
    private final Options options;
    private final TrainingSetup setup;
    private final TrainingData data;
    private final TrainingSession session;
    private final TrainingSchedule schedule;
    private final float[] noGradients;
    private Training position;

    /// A step.
    ///
    /// @param norm    of the sum of gradients since the last update, multiplied by the loss scale; NaN if it was not
    ///                read
    /// @param updated whether the step ended with an update
    record Step(LossItems items, double norm, boolean updated) {
        double total() {
            return items.sum();
        }
    }

    /// Receives the batches of an epoch.
    @FunctionalInterface
    interface BatchReader {
        /// @return whether to continue
        boolean read(Batch batch, int epoch);
    }

    /// @param engine closed with this rig
    Rig(Engine engine, Workbench bench, Options options) {
        this.engine = engine;
        setup = TrainingSetup.of(engine, bench.choice(), bench.images(), options).reserve();
        this.options = setup.options();
        if (!setup.compileOptions().accumulating()) {
            throw new IllegalArgumentException("a rig needs gradient accumulation: use a batch below nbs");
        }
        data = TrainingData.open(bench.images(), options, engine::hostMemory, note -> { });
        session = new TrainingSession(setup.compiled(), setup.compileOptions(), setup.plan().steps(),
                setup.plan().update());
        schedule = new TrainingSchedule(setup.options(), setup.optimizer(), data.trainLoader().batches());
        noGradients = new float[engine.state().count("gradients")];
        setup.compiled().writeTrained(bench.choice().weights());
        setup.compiled().writeAverage(bench.choice().weights());
        position = new Training(Map.of(), 0, 0, -1, 0);
    }

    State state() {
        return engine.state();
    }

    String description() {
        return engine.description();
    }

    StateLayout layout() {
        return setup.compiled().layout();
    }

    int batches() {
        return data.trainLoader().batches();
    }

    /// A copy of the state.
    Training save() {
        Map<String, float[]> buffers = new LinkedHashMap<>();
        BUFFERS.stream().filter(state()::has).forEach(name -> buffers.put(name, state().read(name)));
        return new Training(buffers, position.epoch(), position.iteration(), position.lastUpdate(),
                position.updates());
    }

    /// Continues from a state, which may be that of another engine or precision: a scaler that it lacks keeps its
    /// value, and one that this rig lacks is ignored.
    void restore(Training saved) {
        saved.buffers().forEach((name, values) -> {
            if (state().has(name)) {
                state().write(name, 0, values);
            }
        });
        position = saved;
    }

    /// Reads the batches of the present epoch and the following ones, until the reader ends it or the run is over.
    void read(BatchReader reader) {
        read(options.get(EPOCHS), reader);
    }

    /// The same until a number of epochs is complete.
    void read(int epochs, BatchReader reader) {
        for (int epoch = position.epoch(); epoch < epochs; epoch++) {
            boolean closed = epoch >= options.get(EPOCHS) - options.get(CLOSE_MOSAIC);
            try (EpochBatches batches = data.trainLoader().epoch(epoch, closed ? data.augmentation().withoutMosaic()
                    : data.augmentation())) {
                while (batches.hasNext()) {
                    try (Batch batch = batches.next()) {
                        if (!reader.read(batch, epoch)) {
                            return;
                        }
                    }
                }
            }
            position = new Training(Map.of(), epoch + 1, position.iteration(), position.lastUpdate(),
                    position.updates());
        }
    }

    /// A training step, with the update if it is due, exactly as in the trainer.
    ///
    /// @param reads whether to read the gradient norm
    Step step(Batch batch, int epoch, boolean reads) {
        long iteration = position.iteration();
        boolean updates = iteration - position.lastUpdate() >= schedule.accumulation(iteration);
        long count = position.updates() + (updates ? 1 : 0);
        StepScalars scalars = schedule.scalars(iteration, epoch, count);
        LossItems items = session.run(batch.pixels(), batch.images(), batch.height(), batch.width(), batch.targets(),
                batch.offsets(), scalars);
        double norm = reads ? Difference.norm(state().read("gradients")) : Double.NaN;
        if (updates) {
            session.update(scalars);
        }
        position = new Training(Map.of(), position.epoch(), iteration + 1, updates ? iteration : position.lastUpdate(),
                count);
        return new Step(items, norm, updates);
    }

    /// Adds the gradients of a batch to the gradient buffer, without an update.
    LossItems accumulate(KeptBatch batch) {
        return session.run(batch.pixels(), batch.images(), batch.height(), batch.width(), batch.targets(),
                batch.offsets(), schedule.scalars(position.iteration(), 0, Math.max(1, position.updates())));
    }

    void clearGradients() {
        state().write("gradients", 0, noGradients);
    }

    /// The gradient buffer, without the loss scale.
    float[] gradients() {
        float[] gradients = state().read("gradients");
        double scale = lossScale();
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = (float) (gradients[i] / scale);
        }
        return gradients;
    }

    /// The loss scale; 1 without one.
    double lossScale() {
        return state().has("scaler") ? state().read("scaler")[LossScale.SCALE] : 1;
    }

    /// Updates so far, including skipped ones.
    long updates() {
        return position.updates();
    }

    /// Halves the loss scale, unless there is none.
    boolean halveLossScale() {
        if (!state().has("scaler")) {
            return false;
        }
        float[] scaler = state().read("scaler");
        scaler[LossScale.SCALE] /= 2;
        state().write("scaler", 0, scaler);
        return true;
    }

    /// Updates that were skipped because of a gradient that is not finite; 0 without a loss scale.
    long skippedUpdates() {
        return state().has("scaler") ? position.updates() - (long) state().read("scaler")[LossScale.UPDATES] : 0;
    }

    @Override
    public void close() {
        session.close();
        data.close();
        engine.close();
    }
}
