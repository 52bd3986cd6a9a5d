package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.CFG;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.RESUME;

import io.yolofit.api.run.RunFolder;
import io.yolofit.base.ShellWord;
import io.yolofit.base.Troubleshooting;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.Origin;
import io.yolofit.zoo.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The run that the options of a resumed training name: by `resume=`, by `model=` with a checkpoint of a run, by
/// `name=`, or by `cfg=` with the `args.yaml` of a run. If several name a run, it must be the same one; if none does,
/// it is the latest run of `project=`.
///
/// @param file the run's last checkpoint
/// @param how  what names the run, for the user
record NamedRun(Path file, String how) {
    static final String LAST = "weights/last.safetensors";

    /// Empty unless `resume=` is given.
    ///
    /// @throws CommandException if there is nothing to resume
    static Optional<NamedRun> ofResumed(Options given) throws IOException {
        return given.get(RESUME).on() ? Optional.of(of(given)) : Optional.empty();
    }

    /// @throws CommandException if a named run does not exist or cannot be resumed, or if two runs are named
    static NamedRun of(Options given) throws IOException {
        List<NamedRun> named = new ArrayList<>();
        given.get(RESUME).path().map(path -> checkpoint("resume=" + path, Path.of(path))).ifPresent(named::add);
        byModel(given).ifPresent(named::add);
        byConfiguration(given).ifPresent(named::add);
        if (named.isEmpty()) {
            byName(given).ifPresent(named::add);
        }
        for (NamedRun other : named) {
            if (!isSame(other.file, named.getFirst().file)) {
                throw refused(named.getFirst().how + " and " + other.how + " name different runs; use "
                        + "`yolofit train " + ShellWord.of("resume=" + named.getFirst().file) + "` or `yolofit train "
                        + ShellWord.of("resume=" + other.file) + "`");
            }
        }
        return named.isEmpty() ? latest(given) : named.getFirst();
    }

    /// The run's folder.
    RunFolder folder() {
        return new RunFolder(file.getParent().resolveSibling("").normalize());
    }

    /// Whether an option was chosen for this command; an `args.yaml` of the run itself chooses nothing.
    static boolean isChosen(Options given, Option<?> option) {
        return given.isChosen(option)
                && (given.origin(option) != Origin.FILE || byConfiguration(given).isEmpty());
    }

    static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException _) { // one of them does not exist
            return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
        }
    }

    /// The checkpoint that an option names: the file, or that of a run's folder.
    private static NamedRun checkpoint(String how, Path path) {
        Path file = Files.isDirectory(path) ? path.resolve(LAST) : path;
        if (!Files.isRegularFile(file)) {
            throw refused(how + ": no such file: " + file
                    + "; give the weights/last.safetensors of a run, or resume=true alone for the latest run");
        }
        Path weights = file.toAbsolutePath().normalize().getParent();
        if (weights.getParent() == null || !weights.endsWith("weights")) {
            throw refused(how + ": a run is resumed from weights/last.safetensors in its folder; to "
                    + "start a new run from these weights, use model=" + file + " without resume=");
        }
        return new NamedRun(file, how);
    }

    /// `resume=true model=<run>/weights/last.safetensors`, or the folder of a run.
    private static Optional<NamedRun> byModel(Options given) {
        Optional<String> model = given.find(MODEL).filter(_ -> isChosen(given, MODEL));
        if (model.isEmpty()) {
            return Optional.empty();
        }
        Path path = Path.of(model.get());
        boolean isWeights = ModelFile.isWeights(model.get());
        if (isWeights && !Files.exists(path)) {
            throw refused("model=" + path + ": no such file; give resume=<run>/" + LAST
                    + ", or resume=true alone for the latest run");
        }
        if (Files.isDirectory(path) || isWeights && path.toAbsolutePath().endsWith(LAST)) {
            return Optional.of(checkpoint("model=" + path, path));
        }
        return Optional.empty();
    }

    private static Optional<NamedRun> byConfiguration(Options given) {
        return given.find(CFG).map(name -> Path.of(name).resolveSibling(LAST)).filter(Files::isRegularFile)
                .map(file -> new NamedRun(file, "cfg=" + given.get(CFG)));
    }

    private static Optional<NamedRun> byName(Options given) throws IOException {
        if (!isChosen(given, NAME)) {
            return Optional.empty();
        }
        Path project = Path.of(given.get(PROJECT));
        Path folder = project.resolve(given.get(NAME));
        if (!Files.isRegularFile(folder.resolve(LAST))) {
            throw refused("name=" + given.get(NAME) + ": there is no " + folder.resolve(LAST)
                    + " to resume" + RunFolder.latest(project, LAST).map(latest -> "; the latest run is resumed with "
                            + "resume=" + latest.file(LAST)).orElse(""));
        }
        return Optional.of(new NamedRun(folder.resolve(LAST), "name=" + given.get(NAME)));
    }

    private static CommandException refused(String message) {
        return CommandException.usage(message, Troubleshooting.RESUME);
    }

    private static NamedRun latest(Options given) throws IOException {
        Path project = Path.of(given.get(PROJECT));
        String weights = given.find(MODEL).filter(ModelFile::isWeights).map(model -> "; model=" + model
                + " without resume= starts a new run from its weights").orElse("");
        return RunFolder.latest(project, LAST)
                .map(folder -> new NamedRun(folder.file(LAST), "the latest run in " + project))
                .orElseThrow(() -> refused("resume=true: there is no run with a " + LAST + " in "
                        + project + "; give project= or the path of the checkpoint" + weights));
    }
}
