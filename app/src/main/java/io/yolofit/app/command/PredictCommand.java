package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.AGNOSTIC_NMS;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.IOU;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.LINE_WIDTH;
import static io.yolofit.train.options.OptionTable.MAX_DET;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.NMS;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.SAVE_CONF;
import static io.yolofit.train.options.OptionTable.SAVE_CROP;
import static io.yolofit.train.options.OptionTable.SAVE_TXT;
import static io.yolofit.train.options.OptionTable.SHOW_BOXES;
import static io.yolofit.train.options.OptionTable.SHOW_CONF;
import static io.yolofit.train.options.OptionTable.SHOW_LABELS;
import static io.yolofit.train.options.OptionTable.SOURCE;

import io.yolofit.app.console.Console;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.console.Units;
import io.yolofit.app.evaluation.CropFiles;
import io.yolofit.app.evaluation.LabelFiles;
import io.yolofit.app.evaluation.OutputNames;
import io.yolofit.app.evaluation.PredictionOutputs;
import io.yolofit.app.evaluation.PredictionReport;
import io.yolofit.app.inference.InferenceModel;
import io.yolofit.app.inference.OpenModel;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.run.RunFolder;
import io.yolofit.data.dataset.ImageSources;
import io.yolofit.data.dataset.Outcome;
import io.yolofit.data.draw.Annotator;
import io.yolofit.data.draw.DrawingStyle;
import io.yolofit.data.image.RgbImage;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.inference.ImageDetections;
import io.yolofit.train.inference.Predictor;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionType.PathType;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.value.ImageSize;
import io.yolofit.train.program.InputShape;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// `yolofit predict`: detects objects in images.
public final class PredictCommand implements Command {
    @Override
    public ExitCode run(Options options, Console console) throws Exception {
        var stop = new StopRequest();
        Console log = options.get(JSON) ? console.onErrors() : console;
        return stop.during(() -> predict(options, console, log, stop),
                () -> log.warn("stopping after this image ..."));
    }

    private static ExitCode predict(Options given, Console console, Console log, StopRequest stop)
            throws IOException {
        InferenceInput input = InferenceInput.of(given, log);
        return new Work(input.withSize(log), input.model(), console, log, stop).run();
    }

    /// @param log console for everything but the result
    private record Work(Options options, InferenceModel model, Console console, Console log, StopRequest stop) {
        ExitCode run() throws IOException {
            requireKnownClasses();
            ImageSources.Found source = PredictionSource.images(PathType.expanded(options.get(SOURCE)));
            source.problems().forEach(problem -> log.warn(problem.toString()));
            List<Path> images = source.images();
            ImageSize size = options.get(INFERENCE_SIZE);
            Optional<RunFolder> folder = options.get(SAVE) || options.get(SAVE_TXT) || options.get(SAVE_CROP)
                    ? Optional.of(RunFolder.create(Path.of(options.get(PROJECT)), options.get(NAME),
                            options.get(EXIST_OK)))
                    : Optional.empty();
            var report = new PredictionReport(options.get(MODEL), options.get(SOURCE),
                    INFERENCE_SIZE.type().plain(size),
                    folder.map(RunFolder::toString).orElse(null), new ArrayList<>(), new ArrayList<>());
            source.problems().stream().filter(problem -> problem.outcome() == Outcome.IMAGE_SKIPPED).forEach(problem ->
                    report.skipped().add(new PredictionReport.Skipped(problem.file().toString(), problem.what())));
            try (OpenModel open = model.open(options, log)) {
                // the largest shape: letterboxed images are rectangles within this one
                var largest = new InputShape(Math.min(options.get(BATCH), images.size()), size.height(), size.width());
                var predictor = new Predictor(open.predicting(largest), size.height(), size.width(), model.stride(),
                        model.names().size(), settings());
                predict(model.hasFixedSize() ? predictor.ofFixedSize() : predictor, images, folder, report);
            }
            return finish(report, folder);
        }

        private void requireKnownClasses() {
            int classes = model.names().size();
            options.get(CLASSES).stream().filter(number -> number < 0 || number >= classes).findFirst()
                    .ifPresent(number -> {
                        throw CommandException.usage("classes: there is no class " + number + ", the model has "
                                + classes
                                + " (0 to " + (classes - 1) + "): " + model.names());
                    });
        }

        private NmsSettings settings() {
            return NmsSettings.prediction().withConfidence(options.get(CONF).floatValue())
                    .withIou(options.get(IOU).floatValue()).withMaxDetections(options.get(MAX_DET))
                    .withAgnostic(options.get(AGNOSTIC_NMS)).withEndToEndSuppressed(options.get(NMS))
                    .withClasses(new HashSet<>(options.get(CLASSES)));
        }

        private void predict(Predictor predictor, List<Path> images, Optional<RunFolder> folder,
                PredictionReport report) throws IOException {
            Optional<PredictionOutputs> outputs = folder.map(run -> outputs(run, OutputNames.of(images)));
            int size = options.get(BATCH);
            for (int start = 0; start < images.size(); start += size) {
                stop.stopIfRequested("stopped after " + start + " of " + images.size() + " images");
                int first = start;
                List<Path> paths = images.subList(start, Math.min(start + size, images.size()));
                predict(predictor, paths, report, (at, input, entry, found) -> {
                    log.line("image " + (first + at + 1) + "/" + images.size() + " " + input.path() + ": "
                            + entry.text() + ", " + Units.fixed(entry.milliseconds(), 1) + " ms");
                    if (!input.image().damage().isEmpty()) {
                        log.warn(input.path() + ": " + input.image().damage());
                    }
                    if (outputs.isPresent()) {
                        outputs.get().write(input.image(), found);
                    }
                });
            }
        }

        private PredictionOutputs outputs(RunFolder folder, OutputNames names) {
            var style = new DrawingStyle(options.find(LINE_WIDTH).map(OptionalInt::of).orElse(OptionalInt.empty()),
                    options.get(SHOW_LABELS), options.get(SHOW_CONF), options.get(SHOW_BOXES));
            return new PredictionOutputs(folder.path(), names,
                    given(SAVE).map(_ -> new Annotator(model.names(), style)),
                    given(SAVE_TXT).map(_ -> new LabelFiles(folder.file("labels"), options.get(SAVE_CONF), names)),
                    given(SAVE_CROP).map(_ -> new CropFiles(folder.file("crops"), model.names(), names)));
        }

        /// Empty if the option is off.
        private Optional<Boolean> given(Option<Boolean> option) {
            return options.find(option).filter(on -> on);
        }

        /// Receives the result of an image.
        @FunctionalInterface
        private interface Results {
            /// @param at index of the image in its batch
            void accept(int at, Predictor.Input input, PredictionReport.Image entry, ImageDetections found)
                    throws IOException;
        }

        /// Predicts one batch; images that cannot be read are skipped.
        private void predict(Predictor predictor, List<Path> paths, PredictionReport report, Results results)
                throws IOException {
            List<Predictor.Input> inputs = new ArrayList<>();
            List<Integer> positions = new ArrayList<>();
            try {
                for (int at = 0; at < paths.size(); at++) {
                    Path path = paths.get(at);
                    try {
                        inputs.add(new Predictor.Input(path, read(path)));
                        positions.add(at);
                    } catch (UnreadableImage unreadable) {
                        report.skipped().add(new PredictionReport.Skipped(path.toString(), unreadable.getMessage()));
                        log.warn(path + " is skipped: " + unreadable.getMessage());
                    }
                }
                long start = System.nanoTime();
                List<ImageDetections> found = predictor.predict(inputs);
                double milliseconds = (System.nanoTime() - start) / 1e6 / Math.max(1, inputs.size());
                for (int i = 0; i < inputs.size(); i++) {
                    PredictionReport.Image entry = PredictionReport.Image.of(found.get(i), model.names(), milliseconds);
                    report.images().add(entry);
                    results.accept(positions.get(i), inputs.get(i), entry, found.get(i));
                }
            } finally {
                inputs.forEach(input -> input.image().close());
            }
        }

        /// A failure to read one image only skips it; failures to write end the command.
        private static RgbImage read(Path path) throws UnreadableImage {
            try {
                return RgbImage.decode(path);
            } catch (NoSuchFileException _) {
                throw new UnreadableImage("the file does not exist");
            } catch (AccessDeniedException _) {
                throw new UnreadableImage("permission denied");
            } catch (IOException failure) {
                throw new UnreadableImage(failure.getMessage());
            }
        }

        private ExitCode finish(PredictionReport report, Optional<RunFolder> folder) {
            if (options.get(JSON)) {
                console.line(JsonText.of(report));
            }
            if (report.images().isEmpty()) {
                throw new CommandException("none of the " + report.skipped().size() + " images of source="
                        + options.get(SOURCE) + " could be read");
            }
            log.line(report.images().size() + (report.images().size() == 1 ? " image" : " images")
                    + (report.skipped().isEmpty() ? "" : ", " + report.skipped().size() + " skipped")
                    + folder.map(run -> "; results are in " + run).orElse(""));
            return ExitCode.OK;
        }
    }

    private static final class UnreadableImage extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableImage(String message) {
            super(message);
        }
    }
}
