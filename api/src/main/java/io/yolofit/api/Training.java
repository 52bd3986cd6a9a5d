package io.yolofit.api;

import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.MEMORY;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PAGE;
import static io.yolofit.train.options.OptionTable.PLOTS;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.TENSORBOARD;
import static java.util.Objects.requireNonNull;

import io.yolofit.api.device.Engines;
import io.yolofit.api.model.ModelInput;
import io.yolofit.api.run.ActiveRun;
import io.yolofit.api.run.Reservation;
import io.yolofit.api.run.ResultsCsv;
import io.yolofit.api.run.ResultsRecorder;
import io.yolofit.api.run.RunFolder;
import io.yolofit.api.run.RunInputs;
import io.yolofit.base.Messages;
import io.yolofit.base.Problems;
import io.yolofit.base.YoloFitException;
import io.yolofit.engine.Engine;
import io.yolofit.engine.GpuEngine;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.event.TrainingEvents;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.search.NothingFitsException;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/// A training run. Immutable; every [#run()] is a new run.
///
/// ```java
/// TrainingResult result = Training.of(recipe).device("cpu").listen(event -> {
///     if (event instanceof TrainingEvent.EpochEnded epoch) {
///         System.out.println(epoch.epoch() + " " + epoch.mean().named());
///     }
/// }).run();
/// ```
///
/// All memory is reserved before the first step and freed when [#run()] returns or throws. The run has a folder with
/// `args.yaml`, `results.csv` and checkpoints, but no plots, page or event
/// files, which are those of the command.
public final class Training {
    private final Recipe recipe;
    private final List<TrainingEvent.Listener> listeners;
    private final BooleanSupplier stop;

    private Training(Recipe recipe, List<TrainingEvent.Listener> listeners, BooleanSupplier stop) {
        this.recipe = recipe;
        this.listeners = List.copyOf(listeners);
        this.stop = stop;
    }

    public static Training of(Recipe recipe) {
        requireNonNull(recipe, "recipe");
        return new Training(recipe, List.of(), () -> false);
    }

    /// This run on a device: `cpu`, `0` (a GPU), or `auto` (the default: the GPU with the most free memory, or else the
    /// CPU).
    public Training device(String device) {
        requireNonNull(device, "device");
        return new Training(recipe.with(DEVICE.name(), device), listeners, stop);
    }

    /// This run with one more listener, which is called on a thread of its own. It can neither end nor slow the run:
    /// see [TrainingEvents].
    public Training listen(TrainingEvent.Listener listener) {
        requireNonNull(listener, "listener");
        List<TrainingEvent.Listener> more = new ArrayList<>(listeners);
        more.add(listener);
        return new Training(recipe, more, stop);
    }

    /// This run with a condition that is polled after every step and ends it. The state after the last step is saved;
    /// the command `yolofit train resume=` continues there.
    ///
    /// A condition that throws ends the run in the same way, with a warning to the listeners, and [#run] throws an
    /// [IllegalStateException] with what it threw as its cause.
    public Training stopWhen(BooleanSupplier condition) {
        requireNonNull(condition, "condition");
        return new Training(recipe, listeners, () -> stop.getAsBoolean() || condition.getAsBoolean());
    }

    /// Trains, and validates the best weights. The calling thread waits.
    ///
    /// An interrupt of the calling thread is a stop request, as the condition of [#stopWhen]: the run ends after its
    /// step and saves its state, [TrainingResult#ended] has the reason `STOPPED`, and [TrainingResult#last] is the
    /// checkpoint from which the command `yolofit train resume=` continues. During the final validation, the result has
    /// no metrics. The interrupt status of the thread is set when this method returns.
    ///
    /// @throws DoesNotFitException if the run needs more memory than its device or `memory=` allows
    /// @throws YoloFitException if the run cannot start, diverges, or cannot write its checkpoints, or if another
    ///     training is active in its folder
    /// @throws IllegalStateException if the condition of [#stopWhen] throws
    public TrainingResult run() {
        var work = new StoppableWork();
        return Failures.translated(recipe.options().get(DATA), () -> {
            try {
                return work.run(() -> train(work::isStopRequested));
            } catch (NothingFitsException full) {
                throw new DoesNotFitException(full, recipe.options().assignment(MEMORY));
            }
        });
    }

    private TrainingResult train(BooleanSupplier interrupted) throws IOException {
        Options options = recipe.options();
        var condition = new StopCondition(stop);
        try (var events = new TrainingEvents(() -> interrupted.getAsBoolean() || condition.getAsBoolean())) {
            condition.reportTo(events::publish);
            for (int i = 0; i < listeners.size(); i++) {
                events.listen("listener " + (i + 1), listeners.get(i));
            }
            Messages log = Messages.of(line -> events.publish(new TrainingEvent.Note(line)),
                    line -> events.publish(new TrainingEvent.Warning(line)));
            options.notes().forEach(log::warn);
            if (options.isChosen(PLOTS) && options.get(PLOTS)) {
                log.warn("plots=true has no effect: the library draws no plots, the command does");
            }
            if (options.get(PAGE).on()) {
                log.warn("page=" + options.get(PAGE) + " has no effect: the library serves no page, the command does");
            }
            if (options.get(TENSORBOARD)) {
                log.warn("tensorboard=true has no effect: the library writes no event files, the command does");
            }
            ActiveRun.requireFree(Path.of(options.get(PROJECT)), options.get(NAME), options.get(EXIST_OK));
            var problems = new Problems();
            Optional<RunInputs> inputs = problems.attempt(() -> RunInputs.of(options, log));
            problems.check(() -> Engines.require(options));
            problems.requireNone();
            ModelChoice choice = inputs.orElseThrow().choice();
            Options resolved = ModelInput.withImageSize(options, choice.model(), log);
            try (Engine engine = Engines.open(resolved, log)) {
                RunSpec.precision(resolved, Target.of(engine)); // refuses amp= before the dataset is scanned
                TrainingSetup setup = new Reservation(engine, resolved, choice, inputs.get().dataset()).reserved(
                        run -> run.chosen().forEach(line -> log.line("chosen: " + line)), log);
                try (TrainingData data = TrainingData.open(setup.images(), setup.options(), engine::hostMemory,
                        log::line)) {
                    TrainingResult result = train(setup, data, events, interrupted);
                    condition.requireNoFailure(result.last());
                    return result;
                }
            }
        }
    }

    private static TrainingResult train(TrainingSetup setup, TrainingData data, TrainingEvents events,
            BooleanSupplier interrupted) throws IOException {
        Options options = setup.options();
        try (ActiveRun run = ActiveRun.create(Path.of(options.get(PROJECT)), options.get(NAME),
                options.get(EXIST_OK), line -> events.publish(new TrainingEvent.Note(line)))) {
            return train(setup, data, run.folder(), events, interrupted);
        }
    }

    private static TrainingResult train(TrainingSetup setup, TrainingData data, RunFolder folder,
            TrainingEvents events, BooleanSupplier interrupted) throws IOException {
        events.direct("results.csv", new ResultsRecorder(ResultsCsv.create(folder.file("results.csv"))));
        var result = new ResultListener();
        events.direct("the result", result);
        try (Trainer trainer = new Trainer(setup, data, folder.weights(), events)) {
            folder.writeArgs(data.explained(setup.options()));
            Trainer.Outcome outcome = trainer.run();
            if (!outcome.stopped()) {
                trainer.finish(outcome, interrupted);
            }
            Optional<Metrics> metrics = result.measured.flatMap(TrainingEvent.Measured::validation)
                    .map(Validation::metrics);
            OptionalLong memory = setup.compiled().engine() instanceof GpuEngine gpu
                    ? OptionalLong.of(gpu.memory().processBytes()) : OptionalLong.empty();
            return new TrainingResult(folder.path(), existing(folder, "best.safetensors"),
                    existing(folder, "last.safetensors"), metrics, new TrainingResult.Memory(
                    setup.plan().memory().total(), memory), setup.plan(), result.ended);
        }
    }

    /// Keeps what the result of a run consists of.
    private static final class ResultListener implements TrainingEvent.Listener {
        private Optional<TrainingEvent.Measured> measured = Optional.empty();
        private TrainingEvent.Ended ended;

        @Override
        public void on(TrainingEvent event) {
            switch (event) {
                case TrainingEvent.Measured found -> measured = Optional.of(found);
                case TrainingEvent.Ended end -> ended = end;
                default -> { // the result has nothing of the others
                }
            }
        }
    }

    private static Optional<Path> existing(RunFolder folder, String name) throws IOException {
        return Optional.of(folder.weights().resolve(name)).filter(Files::exists);
    }
}
