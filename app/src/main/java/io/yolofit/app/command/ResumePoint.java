package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.PATIENCE;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.RESUME;

import io.yolofit.app.run.RunFolder;
import io.yolofit.app.training.TrainingRun;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.checkpoint.Progress;
import io.yolofit.train.options.Mode;
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

/// The run that `resume=` names: its folder, its last checkpoint, and its options overridden by the command line.
record ResumePoint(RunFolder folder, TrainingRun.Start start, Options options) {
    private static final String LAST = "weights/last.safetensors";

    /// Empty unless `resume=` is given.
    ///
    /// @throws CommandException if there is nothing to resume
    static Optional<ResumePoint> of(Options given) throws IOException {
        Toggle resume = given.get(RESUME);
        if (!resume.on()) {
            return Optional.empty();
        }
        Path file = resume.path().isPresent() ? existing(resume.path().get()) : latest(Path.of(given.get(PROJECT)));
        Path weights = file.toAbsolutePath().normalize().getParent();
        if (weights.getParent() == null || !weights.endsWith("weights")) {
            throw CommandException.usage("resume=" + file
                    + ": a run is resumed from weights/last.safetensors in its folder; "
                    + "to start a new run from these weights, use model=" + file);
        }
        Checkpoint checkpoint = Checkpoint.read(file);
        Options options = given.over(OptionsParser.fromYaml(Mode.TRAIN, checkpoint.options(), file + " (options)"));
        return Optional.of(new ResumePoint(new RunFolder(file.getParent().resolveSibling("").normalize()),
                new TrainingRun.Start(file, checkpoint), options.with(RESUME, Toggle.OFF)));
    }

    private static Path existing(String name) {
        Path file = Files.isDirectory(Path.of(name)) ? Path.of(name).resolve(LAST) : Path.of(name);
        if (!Files.isRegularFile(file)) {
            throw CommandException.usage("resume=" + name + ": no such file: " + file
                    + "; give the weights/last.safetensors of a run, or true for the latest run");
        }
        return file;
    }

    private static Path latest(Path project) throws IOException {
        return RunFolder.latest(project,
                LAST).map(folder -> folder.file(LAST)).orElseThrow(() -> CommandException.usage(
                "resume=true: there is no run with a " + LAST + " in " + project
                        + "; give project= or the path of the checkpoint"));
    }

    /// Why the run is finished, if it is.
    Optional<String> finished() {
        Progress progress = start.checkpoint().progress();
        int epochs = options.get(EPOCHS);
        if (progress.epochs() >= epochs) {
            return Optional.of("the run " + folder + " is finished: " + progress.epochs() + " of " + epochs
                    + " epochs are trained; give a larger number, such as epochs="
                    + (progress.epochs() + epochs) + ", to continue");
        }
        boolean over = new EarlyStop(progress.bestFitness(), progress.bestEpoch())
                .isOver(progress.epochs() - 1, options.get(PATIENCE));
        return over ? Optional.of("the run " + folder + " is finished: it stopped early after " + progress.epochs()
                + " epochs without improvement in " + options.get(PATIENCE)
                + "; give a larger patience= to continue")
                : Optional.empty();
    }

    /// The model of the checkpoint: the file that `model=` named may have changed since.
    ///
    /// @param names classes of the dataset
    ModelChoice choice(List<String> names) {
        ModelFile file = start.checkpoint().model();
        if (names.size() != file.names().size()) {
            throw CommandException.usage("the run " + folder + " was started with " + file.names().size() + " classes "
                    + file.names() + ", but the dataset now has " + names.size() + " " + names
                    + "; resume with the original dataset, or start a new run");
        }
        return new ModelChoice(file.model(), names, file.values());
    }
}
