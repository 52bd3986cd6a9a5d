package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.CLOSE_MOSAIC;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.IOU;
import static io.yolofit.train.options.OptionTable.MAX_DET;
import static io.yolofit.train.options.OptionTable.OPTIMIZER;
import static io.yolofit.train.options.OptionTable.PATIENCE;
import static io.yolofit.train.options.OptionTable.RANK_TIMEOUT;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.SAVE_PERIOD;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static io.yolofit.train.options.OptionTable.SYNC_BN;
import static io.yolofit.train.options.OptionTable.TIME;
import static io.yolofit.train.options.OptionTable.VAL_EACH_EPOCH;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.batch.Batch;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.EpochBatches;
import io.yolofit.engine.GpuEngine;
import io.yolofit.engine.comm.CommunicationException;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.Update;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.checkpoint.CheckpointWriter;
import io.yolofit.train.checkpoint.EpochPart;
import io.yolofit.train.checkpoint.Progress;
import io.yolofit.train.checkpoint.Snapshot;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.plan.Phases;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.InferenceSession;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.program.TrainingSession;
import io.yolofit.train.ranks.Agreement;
import io.yolofit.train.ranks.PlanCheck;
import io.yolofit.train.schedule.EarlyStop;
import io.yolofit.train.schedule.OptimizerSetup;
import io.yolofit.train.schedule.TrainingSchedule;
import io.yolofit.zoo.weights.WeightsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Trains a model: epochs of steps, each epoch followed by validation and a checkpoint. All state is in the engine's
/// flat buffers and in [Progress], so a checkpoint between two epochs is complete. Checkpoints are written
/// asynchronously, while the next epoch is trained.
public final class Trainer implements AutoCloseable {
    private static final double SECONDS_PER_HOUR = 3600;
    private static final String BEST = "best.safetensors";
    private static final String LAST = "last.safetensors";

    private final Options options;
    private final TrainingData data;
    private final Path weights;
    private final TrainingListener listener;
    private final CompiledModel compiled;
    private final List<String> names;
    private final TrainingSession trainingSession;
    private final InferenceSession inferenceSession;
    private final Validator validator;
    private final List<TrainingSchedule> schedules;
    private final boolean accumulating;
    private final LossWatch watch;
    private final DType precision;
    private final RunPlan plan;
    private final Communicator group;
    private final Agreement ranks;
    private final Map<String, String> planned;
    private final RankState rankState;
    private final boolean sharesStatistics;
    private final Snapshot.Memory snapshotMemory = new Snapshot.Memory();
    private EpochPart part = EpochPart.NONE;
    private String position = "before the first step";
    private Progress progress = Progress.start();
    private EarlyStop earlyStop = EarlyStop.start();
    /// Of the last epoch.
    private Optional<Validation> latest = Optional.empty();
    /// Batches of the next epoch: the first ones are loaded during validation and saving of the current one.
    private EpochBatches upcoming;

    /// @param setup   with reserved memory
    /// @param data    loaders of the setup's images
    /// @param weights folder for checkpoints
    public Trainer(TrainingSetup setup, TrainingData data, Path weights, TrainingListener listener) {
        this(setup, data, weights, listener, Communicator.alone());
    }

    /// The trainer of a rank. All ranks of the group train together: rank 0 decides, reports and writes.
    ///
    /// @param setup planned for the rank's slot
    /// @param data  loads the rank's slices
    public Trainer(TrainingSetup setup, TrainingData data, Path weights, TrainingListener listener,
            Communicator group) {
        this.group = group;
        options = setup.options();
        ranks = new Agreement(group, Duration.ofSeconds(options.get(RANK_TIMEOUT)));
        sharesStatistics = group.ranks() > 1 && !options.get(SYNC_BN);
        this.data = data;
        this.weights = weights;
        this.listener = listener;
        names = setup.choice().names();
        compiled = setup.compiled();
        rankState = new RankState(group, ranks, compiled.engine());
        plan = setup.plan();
        planned = setup.facts();
        OptimizerSetup optimizer = setup.optimizer();
        CompileOptions compileOptions = setup.compileOptions();
        listener.note(optimizer.toString());
        options.explanations().forEach(line -> listener.note("  " + line));
        accumulating = compileOptions.accumulating();
        precision = compileOptions.precision();
        watch = new LossWatch(listener::warning);
        trainingSession = new TrainingSession(compiled, compileOptions, plan.steps(), plan.update());
        schedules = Phases.of(options).stream().map(phase -> new TrainingSchedule(phase.with(EPOCHS,
                options.get(EPOCHS)), optimizer, data.trainLoader().batches())).toList();
        inferenceSession = InferenceSession.ofRun(compiled, compileOptions, plan.validation(),
                setup.spec().batches().valCapacity());
        validator = new Validator(data.valLoader(), names.size(), NmsSettings.validation()
                .withConfidence(options.get(CONF).floatValue()).withIou(options.get(IOU).floatValue())
                .withMaxDetections(options.get(MAX_DET)).withClasses(classes()));
        compiled.writeTrained(setup.choice().weights());
        compiled.writeAverage(setup.choice().weights());
    }

    /// Classes to validate; empty for all. With `single_cls` the model has one class, whatever the dataset's numbers
    /// are.
    private Set<Integer> classes() {
        return options.get(SINGLE_CLS) ? Set.of() : Set.copyOf(options.get(CLASSES));
    }

    /// The plan of this run.
    public RunPlan plan() {
        return plan;
    }

    /// The options of this run, with automatic choices resolved.
    public Options options() {
        return options;
    }

    /// The model's class names.
    public List<String> names() {
        return names;
    }

    /// Result of a training.
    ///
    /// @param epochs  completed epochs, including those before a resume
    /// @param seconds training time, including the time before a resume
    /// @param why     reason of the end, for the report
    /// @param stopped whether the user stopped the run within an epoch; it can be resumed there
    public record Outcome(int epochs, double bestFitness, int bestEpoch, double seconds, String why, boolean stopped) {
    }

    /// Restores the state of a checkpoint.
    ///
    /// @throws WeightsException if the checkpoint has another optimizer, other frozen rows, or another state layout
    public void resume(Checkpoint checkpoint, Path file) {
        Options before = OptionsParser.fromYaml(Mode.TRAIN, checkpoint.options(), file.toString());
        requireSame(file, OPTIMIZER, rule(before), rule(options));
        requireSame(file, FREEZE, before.get(FREEZE), options.get(FREEZE));
        checkpoint.restore(compiled, file);
        progress = checkpoint.progress();
        part = checkpoint.part();
        if (!ranks.leads() && accumulating) {
            rankState.clearGradients(); // a checkpoint has the sum over all ranks, which is rank 0's from here on
        }
        earlyStop = new EarlyStop(progress.bestFitness(), progress.bestEpoch());
    }

    private Update.Rule rule(Options run) {
        return OptimizerSetup.of(run, names.size(), data.train().images().size()).rule();
    }

    /// Optimizer moments depend on the update rule, and flat buffers on the frozen rows.
    private static void requireSame(Path file, Option<?> option, Object before, Object now) {
        if (!before.equals(now)) {
            throw new WeightsException("the checkpoint is of a run with " + option + "=" + before
                    + ", but this run has " + now, file.toString(), "give " + option + "=" + before
                    + ", or model=" + file + " to start a new run from it");
        }
    }

    /// Trains until `epochs`, `patience`, `time` or the listener ends the training. Unless the listener stopped it, the
    /// last epoch is validated and saved, and [#finish] ends the run. When this method returns or throws, no checkpoint
    /// write is pending.
    ///
    /// @throws WeightsException if a checkpoint cannot be written; thrown at the end of the next epoch, or of the run
    /// @throws DivergedException if losses or state are not finite; the previous checkpoints stay as they are
    /// @throws CommunicationException if another rank failed
    public Outcome run() {
        try {
            listener.started(this, progress.epochs());
            if (group.ranks() > 1) {
                PlanCheck.require(group, facts());
            }
            Outcome outcome;
            try (var writer = new CheckpointWriter()) {
                outcome = run(writer);
            }
            if (outcome.stopped()) {
                listener.ended(outcome);
            } else {
                listener.trained(outcome);
            }
            return outcome;
        } catch (CommunicationException ended) {
            throw failed(new CommunicationException(position + ": " + ended.getMessage(), ended));
        } catch (RuntimeException failure) {
            throw failed(failure);
        } finally {
            ranks.close(); // nothing watches what rank 0 does alone afterwards
        }
    }

    private RuntimeException failed(RuntimeException failure) {
        listener.failed(outcome(String.valueOf(failure.getMessage()), false), failure);
        return failure;
    }

    /// What must be the same on all ranks, with the state.
    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>(planned);
        facts.put("iterations done", String.valueOf(progress.iterations()));
        facts.put("checksum of the weights", Integer.toHexString(Arrays.hashCode(
                compiled.engine().state().read("parameters"))));
        return facts;
    }

    private Outcome run(CheckpointWriter writer) {
        String why = options.get(EPOCHS) == 1 ? "1 epoch done" : "all " + options.get(EPOCHS) + " epochs done";
        long start = System.nanoTime();
        double before = progress.seconds();
        for (int epoch = progress.epochs(); epoch < options.get(EPOCHS); epoch++) {
            Optional<LossItems> mean = trainEpoch(epoch);
            double trained = before + secondsSince(start);
            ranks.betweenSteps();
            if (mean.isEmpty()) {
                saveWithinEpoch(writer, trained);
                return outcome("stopped in epoch " + (epoch + 1), true);
            }
            int current = epoch;
            boolean validates = ranks.decision(() -> options.get(VAL_EACH_EPOCH)
                    || current == options.get(EPOCHS) - 1 || isTimeOver(trained));
            if (sharesStatistics) {
                rankState.shareStatistics();
            }
            if (accumulating && !isUpdated()) {
                rankState.joinGradients();
            }
            Optional<Validation> validation = validates
                    ? validator.run(inferenceSession, listener.validationObserver(epoch), group) : Optional.empty();
            Optional<String> ending = ranks.text(ranks.leads() ? finishEpoch(writer, epoch, mean.get(), validation,
                    before + secondsSince(start)) : Optional.empty());
            if (!ranks.leads()) {
                progress = progress.after(epoch + 1, earlyStop, progress.seconds());
            }
            if (ending.isPresent()) {
                why = ending.get();
                break;
            }
        }
        return outcome(why, false);
    }

    private Outcome outcome(String why, boolean stopped) {
        return new Outcome(progress.epochs(), earlyStop.bestFitness(), earlyStop.bestEpoch(), progress.seconds(), why,
                stopped);
    }

    /// Reports and saves an epoch, on rank 0.
    ///
    /// @return the reason of an early end; empty if the run continues
    private Optional<String> finishEpoch(CheckpointWriter writer, int epoch, LossItems mean,
            Optional<Validation> validation, double seconds) {
        Optional<Double> fitness = validation.flatMap(Validation::fitness);
        boolean best = validation.isEmpty() || fitness.filter(earlyStop::improves).isPresent();
        if (fitness.isPresent()) {
            earlyStop = earlyStop.after(epoch, fitness.get());
        }
        writer.await(); // then the previous checkpoint is complete, and its snapshot may be overwritten
        Optional<String> ending = validation.isPresent() ? ending(epoch, seconds) : Optional.empty();
        boolean last = ending.isPresent() || epoch == options.get(EPOCHS) - 1;
        Progress done = progress.after(epoch + 1, earlyStop, seconds);
        Optional<Snapshot> snapshot = finiteSnapshot(done, validation, options.get(SAVE) || last);
        listener.epoch(new TrainingListener.EpochReport(epoch, mean, validation,
                schedule(epoch).rates(progress.iterations() - 1, epoch), seconds, best));
        progress = done;
        latest = validation;
        snapshot.ifPresent(state -> save(writer, state, done.epochs(), best));
        return ending;
    }

    /// Saves the state within an epoch, so that a resumed run continues after the last step.
    private void saveWithinEpoch(CheckpointWriter writer, double seconds) {
        progress = progress.after(progress.epochs(), earlyStop, seconds);
        if (!ranks.leads() || !options.get(SAVE)) {
            return;
        }
        writer.await();
        finiteSnapshot(progress, Optional.empty(), true).map(snapshot -> snapshot.within(part))
                .ifPresent(snapshot -> write(writer, snapshot, List.of(), progress.epochs()));
    }

    /// Whether a stop loses nothing: each of several ranks has accumulated gradients of its own until the next update.
    private boolean isUpdated() {
        return group.ranks() == 1 || progress.lastUpdate() == progress.iterations() - 1;
    }

    /// The reason of an early end; empty if the run continues.
    private Optional<String> ending(int epoch, double seconds) {
        if (earlyStop.isOver(epoch, options.get(PATIENCE))) {
            return Optional.of("no better epoch in " + options.get(PATIENCE) + ", stopped early");
        }
        return isTimeOver(seconds) ? Optional.of("time=" + TIME.text(options.get(TIME)) + " h is over")
                : Optional.empty();
    }

    private boolean isTimeOver(double seconds) {
        return options.find(TIME).filter(hours -> seconds > hours * SECONDS_PER_HOUR).isPresent();
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /// The batches of an epoch, whose first ones are begun at once.
    private EpochBatches batches(int epoch, int first) {
        return data.trainLoader(Phases.at(options, epoch)).epoch(epoch, isMosaicClosed(epoch)
                ? data.augmentation().withoutMosaic() : data.augmentation(), first);
    }

    private boolean isMosaicClosed(int epoch) {
        return epoch >= options.get(EPOCHS) - options.get(CLOSE_MOSAIC);
    }

    /// The mean losses of an epoch; empty if it was stopped, which all ranks do after the same step.
    private Optional<LossItems> trainEpoch(int epoch) {
        BatchLoader loader = data.trainLoader(Phases.at(options, epoch));
        EpochPart before = part;
        part = EpochPart.NONE;
        try (EpochBatches epochBatches = upcoming == null ? batches(epoch, before.batches()) : upcoming;
                var reports = new DeferredLosses(epoch, loader, listener, watch, this::diverged, before)) {
            long start = System.nanoTime();
            while (epochBatches.hasNext()) {
                Batch batch = epochBatches.next();
                position = "in epoch " + (epoch + 1) + ", step " + (batch.index() + 1) + " of " + loader.batches();
                if (!epochBatches.hasNext()) { // from here on the workers would have nothing to do
                    upcoming = epoch + 1 < options.get(EPOCHS) ? batches(epoch + 1, 0) : null;
                }
                double[] rates = schedule(epoch).rates(progress.iterations(), epoch);
                reports.started(batch, step(batch, epoch), rates);
                if (ranks.any(listener.isStopRequested()) && isUpdated()) {
                    part = reports.stop();
                    return Optional.empty();
                }
                ranks.stepped(System.nanoTime() - start);
                start = System.nanoTime();
            }
            return Optional.of(reports.finish());
        }
    }

    private TrainingSchedule schedule(int epoch) {
        return schedules.get(Phases.at(options, epoch));
    }

    private TrainingSession.StepHandle step(Batch batch, int epoch) {
        long iteration = progress.iterations();
        TrainingSchedule schedule = schedule(epoch);
        boolean updates = !accumulating || iteration - progress.lastUpdate() >= schedule.accumulation(iteration);
        long count = progress.updates() + (updates ? 1 : 0);
        StepScalars scalars = schedule.scalars(iteration, epoch, count);
        TrainingSession.StepHandle step = trainingSession.start(batch.pixels(), batch.images(), batch.height(),
                batch.width(), batch.targets(), batch.offsets(), scalars);
        if (updates && accumulating) {
            trainingSession.update(scalars);
        }
        progress = new Progress(progress.epochs(), iteration + 1, updates ? iteration : progress.lastUpdate(), count,
                progress.bestFitness(), progress.bestEpoch(), progress.seconds());
        return step;
    }

    /// The state after an epoch, for saving; empty if it is not saved.
    ///
    /// @throws DivergedException if it is not finite
    private Optional<Snapshot> finiteSnapshot(Progress done, Optional<Validation> validation, boolean saves) {
        boolean finite = validation.isEmpty() || validation.get().items().isFinite();
        if (!saves && finite) {
            return Optional.empty();
        }
        Snapshot snapshot = Snapshot.of(compiled, names, done, options.toYaml(), snapshotMemory);
        snapshot.nonFinite().ifPresent(found -> {
            throw diverged("after epoch " + done.epochs() + ", " + found);
        });
        if (!finite) {
            listener.warning("epoch " + done.epochs() + ": the validation loss is not finite ("
                    + LossWatch.text(validation.get().items()) + "), although the weights are; try "
                    + LossWatch.remedy(options, precision));
        }
        return saves ? Optional.of(snapshot) : Optional.empty();
    }

    private DivergedException diverged(String reason) {
        Path last = weights.resolve(LAST);
        boolean saved = options.get(SAVE) && progress.epochs() > 0 && Files.exists(last);
        return DivergedException.because(reason, weights, saved ? Optional.of("epoch " + progress.epochs() + ", "
                + last) : Optional.empty(), LossWatch.remedy(options, precision));
    }

    private void save(CheckpointWriter writer, Snapshot snapshot, int epochs, boolean best) {
        List<Path> models = new ArrayList<>();
        if (best) {
            models.add(weights.resolve(BEST));
        }
        if (options.get(SAVE_PERIOD) > 0 && epochs % options.get(SAVE_PERIOD) == 0) {
            models.add(weights.resolve("epoch" + epochs + ".safetensors"));
        }
        write(writer, snapshot, models, epochs);
    }

    private void write(CheckpointWriter writer, Snapshot snapshot, List<Path> models, int epochs) {
        List<Path> files = new ArrayList<>(models);
        files.add(weights.resolve(LAST));
        writer.begin(() -> {
            snapshot.write(models, files.getLast());
            listener.saved(epochs, files);
        });
    }

    /// Validates the best checkpoint, or else the last, on this rank alone; reports the result and the measured memory,
    /// and ends the run. To be called on rank 0 after [#run], unless that was stopped.
    ///
    /// @param trained the outcome of [#run]
    /// @param stop    polled after every batch; ends the run without the result
    /// @return the outcome of the run; `stopped` if it has no result
    public Outcome finish(Outcome trained, BooleanSupplier stop) {
        var observer = new StoppableObserver(listener.finalValidationObserver(), stop);
        try {
            Optional<Path> checkpoint = Stream.of(BEST, LAST).map(weights::resolve).filter(Files::exists).findFirst();
            Optional<Validation> validation = checkpoint.map(file -> validate(Checkpoint.read(file), observer))
                    .or(() -> latest);
            listener.measured(checkpoint, validation, compiled.engine() instanceof GpuEngine gpu
                    ? OptionalLong.of(gpu.memory().processBytes()) : OptionalLong.empty());
            listener.ended(trained);
            return trained;
        } catch (StoppableObserver.Stopped _) {
            Outcome stopped = outcome("stopped in the final validation", true);
            listener.ended(stopped);
            return stopped;
        } catch (RuntimeException failure) {
            throw failed(failure);
        }
    }

    /// Validates the averaged weights of a checkpoint on the validation split.
    public Validation validate(Checkpoint checkpoint, Validator.Observer observer) {
        compiled.writeAverage(checkpoint.model().values());
        return validator.run(inferenceSession, observer);
    }

    @Override
    public void close() {
        if (upcoming != null) {
            upcoming.close();
        }
        ranks.close();
        trainingSession.close();
        inferenceSession.close();
    }
}
