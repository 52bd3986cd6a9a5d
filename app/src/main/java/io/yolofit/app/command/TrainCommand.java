package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PROJECT;

import io.yolofit.api.device.RankDevices;
import io.yolofit.api.model.ModelInput;
import io.yolofit.api.run.ActiveRun;
import io.yolofit.api.run.Reservation;
import io.yolofit.api.run.RunInputs;
import io.yolofit.app.console.Console;
import io.yolofit.app.planning.PlannedText;
import io.yolofit.app.training.Demonstration;
import io.yolofit.app.training.GroupStop;
import io.yolofit.app.training.TrainingRanks;
import io.yolofit.base.Problems;
import io.yolofit.train.options.Options;
import io.yolofit.train.ranks.Launch;
import io.yolofit.train.trainer.ModelChoice;
import java.nio.file.Path;
import java.util.Optional;

/// `yolofit train`: starts a run, resumes a stopped one, or runs the demonstration.
///
/// @param version of this program, which is the same in all processes of a run
public record TrainCommand(String version) implements Command {
    @Override
    public ExitCode run(Options given, Console console) throws Exception {
        var stop = new GroupStop();
        return stop.during(() -> train(given, console, stop), console);
    }

    /// A resumed run is locked before its checkpoint is read, by the process of rank 0, which alone writes.
    private ExitCode train(Options given, Console console, GroupStop stop) throws Exception {
        Optional<NamedRun> named = NamedRun.ofResumed(given);
        if (named.isEmpty() || Launch.of(System.getenv()).process() > 0) {
            return train(given, named, Optional.empty(), console, stop);
        }
        try (ActiveRun active = ActiveRun.of(named.get().folder(), console::warn)) {
            return train(given, named, Optional.of(active), console, stop);
        }
    }

    private ExitCode train(Options given, Optional<NamedRun> named, Optional<ActiveRun> active, Console console,
            GroupStop stop) throws Exception {
        Optional<ResumePoint> resumed = ResumePoint.of(named, given);
        resumed.map(ResumePoint::announcement).ifPresent(lines -> lines.forEach(console::line));
        if (resumed.flatMap(ResumePoint::finished).isPresent()) {
            return ExitCode.OK;
        }
        Options options = resumed.isPresent() ? resumed.get().options()
                : Demonstration.isRequested(given) ? Demonstration.options(given, console) : given;
        var problems = new Problems();
        Optional<RunInputs> inputs = problems.attempt(() -> resumed.isPresent() ? resumed.get().inputs()
                : RunInputs.of(options, console));
        Optional<RankDevices> ranks = problems.attempt(() -> RankDevices.ofProcess(options));
        problems.requireNone();
        ModelChoice choice = inputs.orElseThrow().choice();
        RankDevices devices = ranks.orElseThrow();
        Options resolved = ModelInput.withImageSize(options, choice.model(), console);
        console.line(choice.summary(resolved.get(IMGSZ)));
        RankDevices.Group group = devices.meet(resolved, version, console, stop.request()::isRequested);
        stop.met(group);
        new TrainingRanks(devices, rank -> TrainingRanks.checked(devices.open(rank, group, resolved), resolved),
                (engine, slot, log) -> new Reservation(engine, resolved, choice, inputs.get().dataset(), slot).reserved(
                        run -> PlannedText.lines(given, run).forEach(log::line), log),
                () -> active.isPresent() ? active.get() : ActiveRun.create(Path.of(resolved.get(PROJECT)),
                        resolved.get(NAME), resolved.get(EXIST_OK), console::line),
                resumed.map(ResumePoint::start), console, stop.request()).run(group.ends());
        return ExitCode.OK;
    }
}
