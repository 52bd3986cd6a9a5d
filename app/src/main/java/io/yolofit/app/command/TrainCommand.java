package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PROJECT;

import io.yolofit.api.device.RankDevices;
import io.yolofit.api.model.ModelInput;
import io.yolofit.api.run.ActiveRun;
import io.yolofit.api.run.Reservation;
import io.yolofit.api.run.RunModel;
import io.yolofit.app.console.Console;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.planning.PlannedText;
import io.yolofit.app.training.Demonstration;
import io.yolofit.app.training.TrainingRanks;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.importing.DataSource;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.search.NothingFitsException;
import io.yolofit.train.ranks.Launch;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.TrainingSetup;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// `yolofit train`: starts a run, resumes a stopped one, or runs the demonstration.
///
/// @param version of this program, which is the same in all processes of a run
public record TrainCommand(String version) implements Command {
    @Override
    public ExitCode run(Options given, Console console) throws Exception {
        var stop = new StopRequest();
        var met = new AtomicReference<Optional<RankDevices.Group>>(Optional.empty());
        return stop.during(() -> train(given, console, stop, met), () -> {
            console.warn(stop.hasBegun() ? "stopping after this step ..." : "stopping ...");
            if (!stop.hasBegun()) {
                met.get().ifPresent(group -> group.abort(TrainingRanks.UNBEGUN)); // ends those that wait for this one
            }
        }, TrainingRanks.UNBEGUN);
    }

    /// A resumed run is locked before its checkpoint is read, by the process of rank 0, which alone writes.
    ///
    /// @param met set when the ranks have met
    private ExitCode train(Options given, Console console, StopRequest stop,
            AtomicReference<Optional<RankDevices.Group>> met) throws Exception {
        Optional<NamedRun> named = NamedRun.ofResumed(given);
        if (named.isEmpty() || Launch.of(System.getenv()).process() > 0) {
            return train(given, named, Optional.empty(), console, stop, met);
        }
        try (ActiveRun active = ActiveRun.of(named.get().folder(), console::warn)) {
            return train(given, named, Optional.of(active), console, stop, met);
        }
    }

    private ExitCode train(Options given, Optional<NamedRun> named, Optional<ActiveRun> active, Console console,
            StopRequest stop, AtomicReference<Optional<RankDevices.Group>> met) throws Exception {
        Optional<ResumePoint> resumed = named.isEmpty() ? Optional.empty()
                : Optional.of(ResumePoint.of(named.get(), given));
        resumed.map(ResumePoint::announcement).ifPresent(lines -> lines.forEach(console::line));
        if (resumed.flatMap(ResumePoint::finished).isPresent()) {
            return ExitCode.OK;
        }
        Options options = resumed.isPresent() ? resumed.get().options()
                : Demonstration.isRequested(given) ? Demonstration.options(given, console) : given;
        Dataset dataset = resumed.isPresent() ? resumed.get().dataset() : DataSource.load(Path.of(options.get(DATA)),
                console::line);
        List<String> names = RunModel.names(options, dataset);
        ModelChoice choice = resumed.isPresent() ? resumed.get().choice(names) : RunModel.of(options, names, console);
        RunModel.requireTrainable(options, choice.model());
        Options resolved = ModelInput.withImageSize(options, choice.model(), console);
        console.line(choice.summary(resolved.get(IMGSZ)));
        RankDevices devices = RankDevices.ofProcess(resolved);
        RankDevices.Group group = devices.meet(resolved, version, console, stop::isRequested);
        met.set(Optional.of(group));
        var ranks = new TrainingRanks(devices, rank -> TrainingRanks.checked(devices.open(rank, group, resolved),
                resolved),
                (engine, slot, log) -> reserved(new Reservation(engine, resolved, choice, dataset, slot), given, log),
                () -> active.isPresent() ? active.get() : ActiveRun.create(
                        Path.of(resolved.get(PROJECT)), resolved.get(NAME), resolved.get(EXIST_OK), console::line),
                resumed.map(ResumePoint::start), console, stop);
        ranks.run(group.ends());
        return ExitCode.OK;
    }

    /// @param given as typed, for the suggested commands
    private static TrainingSetup reserved(Reservation reservation, Options given, Console console) {
        try {
            return reservation.reserved(run -> PlannedText.lines(given, run).forEach(console::line), console);
        } catch (NothingFitsException full) {
            throw new CommandException(PlannedText.message(full, given), full);
        }
    }
}
