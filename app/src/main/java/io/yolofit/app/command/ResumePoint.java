package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.CFG;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PATIENCE;
import static io.yolofit.train.options.OptionTable.PRETRAINED;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.RESUME;
import static io.yolofit.train.options.OptionTable.VERBOSE;

import io.yolofit.api.model.ClassNames;
import io.yolofit.api.run.RunFolder;
import io.yolofit.api.run.RunInputs;
import io.yolofit.api.run.RunModel;
import io.yolofit.app.training.TrainingRun;
import io.yolofit.base.ShellWord;
import io.yolofit.base.Troubleshooting;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.importing.DataSource;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.checkpoint.Progress;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.options.Toggle;
import io.yolofit.train.schedule.EarlyStop;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.zoo.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A run that is resumed: its folder, its last checkpoint, and its options overridden by the given ones. A given option
/// that a resumed run cannot follow is an error.
///
/// @param given   the options of this command
/// @param before  the options in the checkpoint
/// @param options those of the run from here on
record ResumePoint(NamedRun run, TrainingRun.Start start, Options given, Options before, Options options) {
    /// Options that name the run instead of changing it.
    private static final Set<Option<?>> NAMING = Set.of(RESUME, MODEL, NAME, PROJECT, CFG, EXIST_OK, VERBOSE);

    /// The same as [#of(NamedRun, Options)], of a run that is resumed.
    static Optional<ResumePoint> of(Optional<NamedRun> run, Options given) throws IOException {
        return run.isEmpty() ? Optional.empty() : Optional.of(of(run.get(), given));
    }

    /// Reads the last checkpoint of a run.
    ///
    /// @throws CommandException if the options contradict the run
    static ResumePoint of(NamedRun run, Options given) throws IOException {
        Path file = run.file();
        Checkpoint checkpoint = Checkpoint.read(file);
        Options before = OptionsParser.fromYaml(Mode.TRAIN, checkpoint.options(), file + " (options)");
        Options options = given.over(before).with(RESUME, Toggle.OFF);
        options = keep(keep(keep(options, before, MODEL), before, NAME), before, PROJECT);
        var point = new ResumePoint(run, new TrainingRun.Start(file, checkpoint), given, before, options);
        point.requireTrainingState();
        point.requireSameFolder();
        point.requireSameModel();
        return point;
    }

    private static <T> Options keep(Options options, Options before, Option<T> option) {
        return before.find(option).map(value -> options.with(option, value)).orElse(options);
    }

    RunFolder folder() {
        return run.folder();
    }

    /// Which run is resumed, and the options that differ from those it had; or that it is finished.
    List<String> announcement() {
        String changed = String.join(", ", OptionTable.of(Mode.TRAIN).stream()
                .filter(option -> !NAMING.contains(option) && given.isGiven(option)
                        && !options.find(option).equals(before.find(option)))
                .map(this::change).toList());
        if (finished().isPresent()) {
            return List.of(finished().get() + (changed.isEmpty() ? "" : "; not applied: " + changed));
        }
        String line = "resuming " + folder() + " (" + run.how() + ")";
        return changed.isEmpty() ? List.of(line) : List.of(line, "changed options: " + changed);
    }

    private <T> String change(Option<T> option) {
        return option + "=" + options.find(option).map(option::text).orElse("none") + " (was "
                + before.find(option).map(option::text).orElse("none") + ")";
    }

    private void requireTrainingState() {
        if (!start.checkpoint().hasTrainingState()) {
            Path last = folder().file(NamedRun.LAST);
            throw CommandException.usage(run.how() + ": " + run.file() + " has no training state; `yolofit train "
                    + "resume=" + last + "` resumes its run, and model=" + run.file()
                    + " without resume= starts a new run", Troubleshooting.RESUME);
        }
    }

    private void requireSameFolder() {
        Path folder = folder().path().toAbsolutePath().normalize();
        boolean otherProject = NamedRun.isChosen(given, PROJECT)
                && !NamedRun.isSame(Path.of(given.get(PROJECT)), folder.getParent());
        boolean otherName = NamedRun.isChosen(given, NAME) && !given.get(NAME).equals(folder.getFileName().toString())
                && !given.get(NAME).equals(before.get(NAME));
        if (otherProject || otherName) {
            Option<String> option = otherProject ? PROJECT : NAME;
            throw CommandException.usage(option + "=" + given.get(option) + " contradicts " + run.how()
                    + ": a run is resumed in its own folder " + folder() + "; leave " + option + "= out, or use model="
                    + run.file() + " without resume= to start a new run from its weights");
        }
    }

    /// `model=` must be the checkpoint, what the run was started with, or the name of its architecture.
    private void requireSameModel() {
        boolean otherPretrained = NamedRun.isChosen(given, PRETRAINED) && given.get(PRETRAINED).on()
                && !given.get(PRETRAINED).equals(before.get(PRETRAINED));
        if (otherPretrained) {
            throw CommandException.usage("pretrained= has no effect on a resumed run, which continues with the weights "
                    + "of " + run.file() + "; leave it out, or leave resume= out to start a new run");
        }
        Optional<String> model = given.find(MODEL).filter(_ -> NamedRun.isChosen(given, MODEL));
        if (model.isEmpty() || model.equals(before.find(MODEL))) {
            return;
        }
        Path path = Path.of(model.get());
        boolean same = NamedRun.isSame(path, run.file()) || NamedRun.isSame(path, folder().path())
                || before.find(MODEL).filter(started -> NamedRun.isSame(path, Path.of(started))).isPresent()
                || !ModelFile.isWeights(model.get())
                && stem(path).equals(start.checkpoint().model().model().name());
        if (!same) {
            Path weights = path.toAbsolutePath().normalize().getParent();
            Path last = weights == null ? path : weights.resolveSibling(NamedRun.LAST);
            String its = path.toAbsolutePath().getParent().endsWith("weights") && Files.exists(last)
                    ? "; `yolofit train " + ShellWord.of("resume=" + last) + "` resumes the run of that file" : "";
            throw CommandException.usage("model=" + path + " is not the model of " + folder() + " (" + run.how()
                    + "), which was started with model=" + before.find(MODEL).orElse("?") + its + "; `yolofit train "
                    + "resume=" + run.file() + "` resumes this run, and model=" + path
                    + " without resume= starts a new one");
        }
    }

    private static String stem(Path file) {
        return file.getFileName().toString().replaceAll("\\.ya?ml$", "");
    }

    /// Why the run is finished, if it is.
    Optional<String> finished() {
        Progress progress = start.checkpoint().progress();
        int epochs = options.get(EPOCHS);
        String finished = "the run " + folder() + " (" + run.how() + ") is finished: ";
        if (progress.epochs() >= epochs) {
            return Optional.of(finished + progress.epochs() + " of " + epochs + " epochs are trained; give a larger"
                    + " number, such as epochs=" + (progress.epochs() + epochs) + ", to continue");
        }
        boolean over = new EarlyStop(progress.bestFitness(), progress.bestEpoch())
                .isOver(progress.epochs() - 1, options.get(PATIENCE));
        return over ? Optional.of(finished + "it stopped early after " + progress.epochs()
                + " epochs without improvement in " + options.get(PATIENCE)
                + "; give a larger patience= to continue")
                : Optional.empty();
    }

    /// The dataset and the model of the run.
    RunInputs inputs() {
        Dataset dataset = dataset();
        ModelChoice choice = choice(RunModel.names(options, dataset));
        RunModel.requireTrainable(options, choice.model());
        return new RunInputs(dataset, choice);
    }

    /// The dataset of the run, or the one of `data=`.
    ///
    /// @throws CommandException if the run's dataset has moved
    private Dataset dataset() {
        try {
            return DataSource.load(Path.of(options.get(DATA)), _ -> { });
        } catch (DatasetException missing) {
            if (given.isGiven(DATA)) {
                throw missing;
            }
            throw CommandException.usage(missing.getMessage() + "\nThe run " + folder() + " was trained with data="
                    + options.get(DATA) + "; if the dataset has moved, add data=<its new path>");
        }
    }

    /// The model of the checkpoint: the file that `model=` named may have changed since.
    ///
    /// @param names classes of the dataset
    private ModelChoice choice(List<String> names) {
        ModelFile file = start.checkpoint().model();
        if (names.size() != file.names().size()) {
            throw CommandException.usage("the run " + folder() + " was started with " + file.names().size()
                    + " classes " + file.names() + ", but the dataset now has " + names.size() + " " + names
                    + "; resume with the original dataset, or start a new run");
        }
        ClassNames.firstDifference(file.names(), "the run " + folder(), names, "the dataset " + options.get(DATA))
                .ifPresent(difference -> {
                    throw CommandException.usage(difference + "; the run's classes are " + file.names()
                            + ". Restore names and order in the dataset, or start a new run with model=" + run.file());
                });
        return ModelChoice.of(file, names, start.file());
    }
}
