package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.ANNOTATIONS;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PLOTS;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.REPORT;
import static io.yolofit.train.options.OptionTable.RESULT;
import static io.yolofit.train.options.OptionTable.RESUME;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.SAVE_CROP;
import static io.yolofit.train.options.OptionTable.SAVE_JSON;
import static io.yolofit.train.options.OptionTable.SAVE_TXT;

import io.yolofit.api.run.ActiveRun;
import io.yolofit.api.run.UnwritableFolder;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import io.yolofit.train.ranks.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The places that a command will write to. They are tried before the command reads anything, so that no work is lost
/// to a folder that cannot be written, or in which a training is active.
public final class OutputPlaces {
    private OutputPlaces() {}

    /// Throws [CommandException] with the option, the place and the reason if nothing can be written there.
    ///
    /// @throws io.yolofit.base.YoloFitException if another process uses the run folder
    public static void require(Options options) throws IOException {
        switch (options.mode()) {
            case TRAIN -> {
                // a resumed run has its folder; of several processes, the first one writes
                if (!options.get(RESUME).on() && Launch.of(System.getenv()).process() == 0) {
                    run(options);
                }
            }
            case VAL -> {
                if (options.get(PLOTS) || options.get(JSON) || options.get(SAVE_JSON) || options.get(SAVE_TXT)) {
                    run(options);
                }
            }
            case PREDICT -> {
                if (options.get(SAVE) || options.get(SAVE_TXT) || options.get(SAVE_CROP)) {
                    run(options);
                }
            }
            case PLAN, CHECK -> options.find(REPORT).ifPresent(file -> file(REPORT, file));
            case EXPORT -> converted(options, options.find(DATA).isPresent());
            case IMPORT -> converted(options, options.find(ANNOTATIONS).isPresent());
            case ADVISE, INFO, PAGE, DOCTOR -> {
                // they only print
            }
        }
    }

    private static void run(Options options) throws IOException {
        Path project = Path.of(options.get(PROJECT));
        folder(PROJECT, options.get(PROJECT), options.get(EXIST_OK) ? project.resolve(options.get(NAME)) : project,
                "give a folder that you can write to, such as project=runs");
        if (options.mode() == Mode.TRAIN) {
            ActiveRun.requireFree(project, options.get(NAME), options.get(EXIST_OK));
        } else {
            ActiveRun.requireNoTraining(project, options.get(NAME), options.get(EXIST_OK));
        }
    }

    private static void converted(Options options, boolean data) {
        Optional<String> result = options.find(RESULT);
        if (result.isEmpty()) {
            if (!data) { // next to the model
                options.find(MODEL).map(Path::of).filter(Files::exists).ifPresent(model -> folder(MODEL,
                        model.toString(), parent(model), "name another file as output="));
            }
        } else if (data) {
            // it is written next to its place and renamed
            folder(RESULT, result.get(), parent(Path.of(result.get())), "give a place that you can write to");
        } else {
            file(RESULT, result.get());
        }
    }

    private static void file(Option<?> option, String name) {
        Path file = Path.of(name);
        if (Files.isDirectory(file)) {
            throw CommandException.usage("%s=%s is a folder; give a file in it, such as %s".formatted(option, name,
                    file.resolve("result")));
        }
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw refused(option, name, "the file cannot be overwritten: permission denied",
                    "give another file, or remove it");
        }
        folder(option, name, parent(file), "give a file in a folder that you can write to");
    }

    private static Path parent(Path file) {
        return file.toAbsolutePath().normalize().getParent() == null ? file.toAbsolutePath().getRoot()
                : file.toAbsolutePath().normalize().getParent();
    }

    /// Tries to write into the folder, or into the nearest one above it that exists.
    private static void folder(Option<?> option, String value, Path folder, String remedy) {
        Path existing = UnwritableFolder.nearestExisting(folder);
        if (!Files.isDirectory(existing)) {
            throw refused(option, value, existing + " is a file, not a folder", remedy);
        }
        try {
            Files.delete(Files.createTempFile(existing, ".yolofit-", ".try"));
        } catch (IOException failure) {
            throw refused(option, value, UnwritableFolder.reason(existing, failure), remedy);
        }
    }

    private static CommandException refused(Option<?> option, String value, String reason, String remedy) {
        return CommandException.usage("%s=%s: %s; %s".formatted(option, value, reason, remedy));
    }
}
