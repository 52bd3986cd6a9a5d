package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.AGNOSTIC_NMS;
import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.IOU;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.MAX_DET;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.SAVE;
import static io.yolofit.train.options.OptionTable.SAVE_CONF;
import static io.yolofit.train.options.OptionTable.SAVE_TXT;
import static io.yolofit.train.options.OptionTable.SOURCE;

import io.yolofit.app.console.Console;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.console.Units;
import io.yolofit.app.device.Engines;
import io.yolofit.app.evaluation.LabelFiles;
import io.yolofit.app.evaluation.OutputNames;
import io.yolofit.app.evaluation.Overlays;
import io.yolofit.app.evaluation.PredictionReport;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.run.RunFolder;
import io.yolofit.data.dataset.ImageSources;
import io.yolofit.data.dataset.Outcome;
import io.yolofit.data.draw.Annotator;
import io.yolofit.data.image.RgbImage;
import io.yolofit.engine.Engine;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.inference.ImageDetections;
import io.yolofit.train.inference.Predictor;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.InferenceSession;
import io.yolofit.train.program.InputShape;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.zoo.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// `yolofit predict`: detects objects in images.
public final class PredictCommand implements Command {
    @Override
    public ExitCode run(Options options, Console console) throws Exception {
        var stop = new StopRequest();
        Console log = options.get(JSON) ? console.onErrors() : console;
        return stop.during(() -> new Work(options, console, log, stop).run(),
                () -> log.warn("stopping after this image ..."));
    }

    /// @param log console for everything but the result
    private record Work(Options options, Console console, Console log, StopRequest stop) {
        ExitCode run() throws IOException {
            ModelFile model = ModelChoice.trained(options.get(MODEL));
            requireKnownClasses(model);
            ImageSources.Found source = images(Path.of(options.get(SOURCE)));
            int imageSize = ModelInput.imageSize(options.get(IMGSZ), model.model(), log);
            ModelInput.hintImageSize(ModelInput.trainingOptions(options.get(MODEL), model), imageSize, log);
            Optional<RunFolder> folder = options.get(SAVE) || options.get(SAVE_TXT)
                    ? Optional.of(RunFolder.create(Path.of(options.get(PROJECT)), options.get(NAME),
                            options.get(EXIST_OK)))
                    : Optional.empty();
            var report = new PredictionReport(options.get(MODEL), options.get(SOURCE), imageSize,
                    folder.map(RunFolder::toString).orElse(null), new ArrayList<>(), new ArrayList<>());
            source.problems().stream().filter(problem -> problem.outcome() == Outcome.IMAGE_SKIPPED).forEach(problem ->
                    report.skipped().add(new PredictionReport.Skipped(problem.file().toString(), problem.what())));
            try (Engine engine = Engines.open(options, log)) {
                CompiledModel compiled = CompiledModel.of(engine, model.model(), name -> false);
                try (var detector = InferenceSession.of(compiled, ModelInput.half(options, engine, log))) {
                    int stride = model.model().head().largestStride();
                    // the largest shape: letterboxed images are rectangles within this square
                    detector.reserve(List.of(InputShape.square(1, imageSize)));
                    compiled.writeAverage(model.values());
                    var predictor = new Predictor(detector, imageSize, stride, model.names().size(), settings());
                    predict(predictor, source.images(), model.names(), folder, report);
                }
            }
            return finish(report, folder);
        }

        private void requireKnownClasses(ModelFile model) {
            int classes = model.names().size();
            options.get(CLASSES).stream().filter(number -> number < 0 || number >= classes).findFirst()
                    .ifPresent(number -> {
                        throw CommandException.usage("classes: there is no class " + number + ", the model has "
                                + classes
                                + " (0 to " + (classes - 1) + "): " + model.names());
                    });
        }

        private ImageSources.Found images(Path source) {
            if (!Files.exists(source)) {
                throw CommandException.usage("source=" + source
                        + ": there is no such file or folder; give an image, a folder of images, or a .txt list "
                        + "of them");
            }
            boolean list = source.toString().endsWith(".txt");
            if (!list && !Files.isDirectory(source) && !ImageSources.isImageName(source)) {
                throw CommandException.usage("source=" + source + " is neither an image (" + ImageSources.FORMATS
                        + "), nor a folder, nor a .txt list of images");
            }
            Path absolute = source.toAbsolutePath().normalize();
            ImageSources.Found found = ImageSources.find(List.of(absolute), absolute.getParent());
            found.problems().forEach(problem -> log.warn(problem.toString()));
            if (found.images().isEmpty()) {
                throw CommandException.usage("source=" + source + (list ? " names" : " has") + " no image ("
                        + ImageSources.FORMATS + ")");
            }
            return found;
        }

        private NmsSettings settings() {
            return NmsSettings.prediction().withConfidence(options.get(CONF).floatValue())
                    .withIou(options.get(IOU).floatValue()).withMaxDetections(options.get(MAX_DET))
                    .withAgnostic(options.get(AGNOSTIC_NMS)).withClasses(new HashSet<>(options.get(CLASSES)));
        }

        private void predict(Predictor predictor, List<Path> images, List<String> names, Optional<RunFolder> folder,
                PredictionReport report) throws IOException {
            var annotator = new Annotator(names);
            var outputs = new OutputNames();
            Optional<LabelFiles> labels = options.get(SAVE_TXT)
                    ? Optional.of(new LabelFiles(folder.orElseThrow().file("labels"), options.get(SAVE_CONF)))
                    : Optional.empty();
            for (int at = 0; at < images.size(); at++) {
                Path path = images.get(at);
                stop.stopIfRequested("stopped after " + at + " of " + images.size() + " images");
                try (RgbImage image = read(path)) {
                    long start = System.nanoTime();
                    ImageDetections found = predictor.predict(path, image);
                    double milliseconds = (System.nanoTime() - start) / 1e6;
                    PredictionReport.Image entry = PredictionReport.Image.of(found, names, milliseconds);
                    report.images().add(entry);
                    log.line("image " + (at + 1) + "/" + images.size() + " " + path + ": " + entry.text() + ", "
                            + Units.fixed(milliseconds, 1) + " ms");
                    if (!image.damage().isEmpty()) {
                        log.warn(path + ": " + image.damage());
                    }
                    labels.ifPresent(files -> files.accept(found));
                    if (options.get(SAVE)) {
                        annotator.save(image, Overlays.of(found.detections()),
                                folder.orElseThrow().file(outputs.of(path) + ".jpg"));
                    }
                } catch (UnreadableImage unreadable) {
                    report.skipped().add(new PredictionReport.Skipped(path.toString(), unreadable.getMessage()));
                    log.warn(path + " is skipped: " + unreadable.getMessage());
                }
            }
        }

        /// A failure to read one image only skips it; failures to write end the command.
        private static RgbImage read(Path path) throws UnreadableImage {
            try {
                return RgbImage.decode(path);
            } catch (NoSuchFileException _) {
                throw new UnreadableImage("the file does not exist");
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
