package io.yolofit.app.training;

import static io.yolofit.train.options.OptionTable.RANK_TIMEOUT;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.api.device.RankDevices;
import io.yolofit.api.run.ActiveRun;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.StopRequest;
import io.yolofit.engine.Engine;
import io.yolofit.engine.comm.CommunicationException;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Slot;
import io.yolofit.train.plan.Target;
import io.yolofit.train.ranks.PlanCheck;
import io.yolofit.train.ranks.RankThreads;
import io.yolofit.train.trainer.DivergedException;
import io.yolofit.train.trainer.Trainer;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.train.trainer.TrainingListener;
import io.yolofit.train.trainer.TrainingSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The ranks of a training run in this process: usually one, which is the whole run. The first rank of a process scans
/// the images, plans the run and holds the decoded images; the others take both from it. Rank 0 of the run reports and
/// writes.
///
/// @param devices of this process
/// @param engines opens the engine of a rank, in its thread
/// @param plan    plans the run for an engine
/// @param folder  creates or opens the run folder; called on rank 0 of the run
/// @param start   the checkpoint to resume from
public record TrainingRanks(RankDevices devices, Engines engines, Planning plan, Folder folder,
        Optional<TrainingRun.Start> start, Console console, StopRequest stop) {
    /// Message of a stop before the run has begun, on all ranks.
    public static final String UNBEGUN = "stopped by a signal before the first step; nothing was saved";

    private static final int PATIENCE_SECONDS = 10;
    /// Ranks prepare a run for different times: one of them may decode or tune what another one has cached.
    private static final int PREPARATION = 10;

    /// Opens engines.
    @FunctionalInterface
    public interface Engines {
        Engine open(Communicator rank);
    }

    /// Plans the run and reserves its memory.
    @FunctionalInterface
    public interface Planning {
        TrainingSetup of(Engine engine, Slot slot, Console console);
    }

    /// Gives the run folder, which no other training uses until it is closed.
    @FunctionalInterface
    public interface Folder {
        ActiveRun open() throws IOException;
    }

    private record Shared(TrainingSetup setup, TrainingData data) {
    }

    /// Trains all ranks of this process.
    ///
    /// @param ends of the ranks of this process in their group
    public void run(List<Communicator> ends) throws Exception {
        var shared = new CompletableFuture<Shared>();
        var others = new CountDownLatch(ends.size() - 1);
        start.ifPresent(from -> from.awaitedBy(ends.size()));
        try {
            RankThreads.run(ends, end -> {
                if (end == ends.getFirst()) {
                    first(end, shared, others);
                } else {
                    next(end, shared, others);
                }
                return null;
            });
        } catch (CommunicationException ended) {
            if (ended.getMessage().endsWith(UNBEGUN)) {
                throw stop.exception(ended.getMessage());
            }
            throw ended;
        }
    }

    private void first(Communicator end, CompletableFuture<Shared> shared, CountDownLatch others) throws Exception {
        Slot slot = RankDevices.slot(end);
        Console own = end.rank() == 0 ? console : console.quiet();
        try (Engine engine = engines.open(end)) {
            stop.stopIfRequested(UNBEGUN);
            TrainingSetup setup = plan.of(engine, slot, own);
            stop.stopIfRequested(UNBEGUN);
            TrainingData data = TrainingData.open(slices(setup, slot), setup.options(), engine::hostMemory, own::line);
            try {
                shared.complete(new Shared(setup, data));
                train(setup, data, end);
            } catch (Exception | Error failure) {
                end.abort(reason(failure)); // the others end before their images are closed
                throw failure;
            } finally {
                if (others.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) { // a rank that hangs may still read them
                    data.close();
                }
            }
        } finally {
            shared.completeExceptionally(new CommunicationException(end.name() + " ended before its run began"));
        }
    }

    private void next(Communicator end, CompletableFuture<Shared> shared, CountDownLatch others) throws Exception {
        try {
            Shared first = shared.join();
            Slot slot = RankDevices.slot(end);
            try (Engine engine = engines.open(end)) {
                stop.stopIfRequested(UNBEGUN);
                Target target = first.setup.plan().target().at(slot);
                TrainingSetup setup = TrainingSetup.of(engine, target, first.setup.choice(), first.setup.images(),
                        first.setup.options()).reserve();
                try (TrainingData data = first.data.share(slices(setup, slot), engine::hostMemory, line -> { })) {
                    train(setup, data, end);
                }
            }
        } catch (CompletionException failed) {
            throw new CommunicationException(failed.getCause().getMessage(), failed);
        } finally {
            others.countDown();
        }
    }

    private TrainingImages slices(TrainingSetup setup, Slot slot) {
        int workers = setup.options().get(WORKERS);
        return setup.images().at(slot, workers == 0 ? 0 : Math.ceilDiv(workers, devices.local().size()));
    }

    /// Waits until all ranks are prepared, and compares their plans. Before that, a signal ends them without a trace of
    /// the run; after it, they finish their first step and save it.
    private void begin(TrainingSetup setup, Communicator end) {
        end.timeout(Duration.ofSeconds((long) PREPARATION * setup.options().get(RANK_TIMEOUT)));
        PlanCheck.require(end, setup.facts());
        stop.begin(UNBEGUN);
    }

    private void train(TrainingSetup setup, TrainingData data, Communicator end) throws IOException {
        begin(setup, end);
        if (end.rank() == 0) {
            try (ActiveRun active = folder.open()) {
                new TrainingRun(setup, data, active.folder(), start, console, stop, end).run();
            }
            return;
        }
        try (var trainer = new Trainer(setup, data, Path.of(""), TrainingListener.silent(stop::isRequested), end)) {
            start.ifPresent(from -> from.resume(trainer::resume));
            if (trainer.run().stopped()) {
                throw stop.exception("stopped; rank 0 saves the run");
            }
        } catch (DivergedException _) {
            throw new CommunicationException(end.name() + ": the run diverged; rank 0 says where");
        }
    }

    private static String reason(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /// Refuses a precision that the device of the options does not support, before images are scanned.
    public static Engine checked(Engine engine, Options options) {
        try {
            RunSpec.precision(options, Target.of(engine));
            return engine;
        } catch (RuntimeException refused) {
            engine.close();
            throw refused;
        }
    }
}
