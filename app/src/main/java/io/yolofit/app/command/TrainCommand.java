package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.DEPTH;
import static io.yolofit.train.options.OptionTable.DEVICE;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PRETRAINED;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.SEED;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static io.yolofit.train.options.OptionTable.WIDTH;

import io.yolofit.app.console.Console;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.device.RankDevices;
import io.yolofit.app.planning.PlannedText;
import io.yolofit.app.planning.Reservation;
import io.yolofit.app.run.RunFolder;
import io.yolofit.app.training.Demonstration;
import io.yolofit.app.training.TrainingRanks;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.importing.DataSource;
import io.yolofit.engine.cuda.Devices;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.Origin;
import io.yolofit.train.options.Toggle;
import io.yolofit.train.plan.search.NothingFitsException;
import io.yolofit.train.ranks.Launch;
import io.yolofit.train.ranks.LaunchException;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.TrainingSetup;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.model.ModelFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `yolofit train`: starts a run, resumes a stopped one, or runs the demonstration.
public final class TrainCommand implements Command {
    private final String version;

    /// @param version of this program, which is the same in all processes of a run
    public TrainCommand(String version) {
        this.version = version;
    }

    @Override
    public ExitCode run(Options given, Console console) throws Exception {
        var stop = new StopRequest();
        return stop.during(() -> train(given, console, stop), () -> console.warn("stopping after this step ..."));
    }

    private ExitCode train(Options given, Console console, StopRequest stop) throws Exception {
        Optional<ResumePoint> resumed = ResumePoint.of(given);
        resumed.map(ResumePoint::announcement).ifPresent(lines -> lines.forEach(console::line));
        if (resumed.flatMap(ResumePoint::finished).isPresent()) {
            return ExitCode.OK;
        }
        Options options = resumed.isPresent() ? resumed.get().options()
                : Demonstration.isRequested(given) ? Demonstration.options(given, console) : given;
        Dataset dataset = resumed.isPresent() ? resumed.get().dataset() : DataSource.load(Path.of(options.get(DATA)),
                console::line);
        List<String> names = options.get(SINGLE_CLS) ? List.of("item") : dataset.names();
        ModelChoice choice = resumed.isPresent() ? resumed.get().choice(names) : choice(options, names, console);
        requireTrainable(options, choice.model());
        Options resolved = ModelInput.withImageSize(options, choice.model(), console);
        console.line(choice.summary(resolved.get(IMGSZ)));
        RankDevices devices = devices(resolved);
        RankDevices.Group group = devices.meet(resolved, version, console);
        var ranks = new TrainingRanks(devices, rank -> TrainingRanks.checked(devices.open(rank, group, resolved),
                resolved),
                (engine, slot, log) -> reserved(new Reservation(engine, given, resolved, choice, dataset, slot), log),
                () -> resumed.isPresent() ? resumed.get().folder() : RunFolder.create(Path.of(resolved.get(PROJECT)),
                        resolved.get(NAME), resolved.get(EXIST_OK)),
                resumed.map(ResumePoint::start), console, stop);
        ranks.run(group.ends());
        return ExitCode.OK;
    }

    /// The ranks of this process.
    private static RankDevices devices(Options options) {
        try {
            return RankDevices.of(options.get(DEVICE), options.origin(DEVICE) == Origin.FILE,
                    Launch.of(System.getenv()), Devices::find);
        } catch (LaunchException wrong) {
            throw CommandException.usage(wrong.getMessage());
        }
    }

    private static TrainingSetup reserved(Reservation reservation, Console console) {
        try {
            return reservation.reserved(console);
        } catch (NothingFitsException full) {
            throw new CommandException(PlannedText.message(full, reservation.given()), full);
        }
    }

    private static ModelChoice choice(Options options, List<String> names, Console console) {
        boolean untrained = options.origin(PRETRAINED) == Origin.COMMAND_LINE && !options.get(PRETRAINED).on();
        return untrained && ModelFile.isWeights(options.get(MODEL))
                ? ModelChoice.untrained(options.get(MODEL), names, options.get(SEED), console::line)
                : ModelChoice.forTraining(options.get(MODEL), options.find(DEPTH), options.find(WIDTH),
                        pretrained(options, console), names, options.get(SEED), console::line);
    }

    /// The file of `pretrained=`. Files of the reference say `true`: it has no effect on a model with weights; for one
    /// without, the reference would download weights.
    private static Optional<String> pretrained(Options options, Console console) {
        Toggle toggle = options.get(PRETRAINED);
        if (!toggle.on() || toggle.path().isPresent() || ModelFile.isWeights(options.get(MODEL))) {
            return toggle.path();
        }
        String what = "pretrained=true: weights are not downloaded; give their file as pretrained= or model=";
        if (options.origin(PRETRAINED) != Origin.FILE) {
            throw CommandException.usage(what + ", or pretrained=false to start from random weights");
        }
        console.warn(what + "; this run starts from random weights");
        return Optional.empty();
    }

    static void requireTrainable(Options options, Model model) {
        int rows = model.architecture().layers().size();
        List<Integer> frozen = options.get(FREEZE);
        frozen.stream().filter(row -> row < 0 || row >= rows).findFirst().ifPresent(row -> {
            throw CommandException.usage("freeze: there is no layer " + row + ", " + model.name() + " has layers 0 to "
                    + (rows - 1));
        });
        if (frozen.stream().distinct().count() == rows) {
            throw CommandException.usage("freeze: all " + rows + " layers of " + model.name()
                    + " are frozen, so nothing is left to train; freeze fewer");
        }
    }
}
