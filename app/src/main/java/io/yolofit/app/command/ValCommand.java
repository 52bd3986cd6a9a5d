package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.AGNOSTIC_NMS;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.IOU;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.MAX_DET;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.NMS;
import static io.yolofit.train.options.OptionTable.PLOTS;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.RECT;
import static io.yolofit.train.options.OptionTable.SAVE_CONF;
import static io.yolofit.train.options.OptionTable.SAVE_JSON;
import static io.yolofit.train.options.OptionTable.SAVE_TXT;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static io.yolofit.train.options.OptionTable.SPLIT;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.app.console.Console;
import io.yolofit.app.console.CountProgress;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.console.Units;
import io.yolofit.app.evaluation.BatchSheets;
import io.yolofit.app.evaluation.ClassNames;
import io.yolofit.app.evaluation.EvaluationPlots;
import io.yolofit.app.evaluation.LabelFiles;
import io.yolofit.app.evaluation.MetricsText;
import io.yolofit.app.evaluation.OutputNames;
import io.yolofit.app.evaluation.PredictionsFile;
import io.yolofit.app.evaluation.ProgressObserver;
import io.yolofit.app.evaluation.ValidationReport;
import io.yolofit.app.inference.InferenceModel;
import io.yolofit.app.inference.OpenModel;
import io.yolofit.app.plot.Drawing;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.run.RunFolder;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.importing.DataSource;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.Loading;
import io.yolofit.train.program.Detector;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `yolofit val`: the accuracy of a model on a split of a dataset.
public final class ValCommand implements Command {
    @Override
    public ExitCode run(Options options, Console console) throws Exception {
        var stop = new StopRequest();
        Console log = options.get(JSON) ? console.onErrors() : console;
        return stop.during(() -> validate(options, console, log, stop),
                () -> log.warn("stopping after this batch ..."));
    }

    private static ExitCode validate(Options given, Console console, Console log, StopRequest stop)
            throws IOException {
        InferenceInput input = InferenceInput.of(given, log);
        Options options = input.options();
        if (options.find(DATA).isEmpty()) {
            throw CommandException.usage("data= is missing: " + given.get(MODEL) + " does not record the dataset that "
                    + "it was trained on; give the dataset description (.yaml)");
        }
        return new Work(input.withSize(log), input.model(), dataset(given, options, log), console, log, stop).run();
    }

    private static Dataset dataset(Options given, Options options, Console log) {
        try {
            return DataSource.load(Path.of(options.get(DATA)), log::line);
        } catch (DatasetException missing) {
            if (given.isGiven(DATA)) {
                throw missing;
            }
            throw CommandException.usage(missing.getMessage() + "\n" + given.get(MODEL) + " was trained with data="
                    + options.get(DATA) + "; give data=<the dataset to validate on>");
        }
    }

    /// @param log console for everything but the result
    private record Work(Options options, InferenceModel model, Dataset dataset, Console console, Console log,
            StopRequest stop) {
        ExitCode run() throws IOException {
            requireSameClasses();
            SplitScan scan = TrainingImages.scan(dataset, options.get(SPLIT).word(), ScanOptions.defaults()
                    .withSingleClass(options.get(SINGLE_CLS)).withClasses(classes()), log::line);
            Optional<RunFolder> folder = options.get(PLOTS) || savesJson() || options.get(SAVE_TXT)
                    ? Optional.of(RunFolder.create(Path.of(options.get(PROJECT)), options.get(NAME),
                            options.get(EXIST_OK)))
                    : Optional.empty();
            Validation validation = validate(scan, folder);
            report(validation, scan, folder);
            return ExitCode.OK;
        }

        private boolean savesJson() {
            return options.get(JSON) || options.get(SAVE_JSON);
        }

        /// Classes of the dataset to keep; empty for all.
        private Set<Integer> classes() {
            return new HashSet<>(options.get(CLASSES));
        }

        /// The same as classes of the model: a model of one class, trained with `single_cls`, has no others.
        private Set<Integer> modelClasses() {
            return options.get(SINGLE_CLS) && model.names().size() == 1 ? Set.of() : classes();
        }

        private void requireSameClasses() {
            if (options.get(SINGLE_CLS)) {
                return;
            }
            if (model.names().size() != dataset.classes()) {
                throw CommandException.usage("the model " + options.get(MODEL) + " has " + model.names().size()
                        + " classes " + shown(model.names()) + ", but the dataset " + dataset.file() + " has "
                        + dataset.classes() + " " + shown(dataset.names())
                        + "; give the dataset that the model was trained on, or single_cls=true to ignore "
                        + "classes");
            }
            if (ClassNames.areMissing(model.names())) {
                return;
            }
            ClassNames.firstDifference(ClassNames.normalized(model.names()), "the model " + options.get(MODEL),
                    ClassNames.normalized(dataset.names()), "the dataset " + dataset.file()).ifPresent(difference -> {
                        throw CommandException.usage(difference + ". The model's classes are " + shown(model.names())
                                + ", those of the dataset " + shown(dataset.names()) + "; give the names and the order "
                                + "of the model in the dataset, or single_cls=true to ignore classes");
                    });
        }

        private static String shown(List<String> names) {
            int most = 6;
            return names.size() <= most ? names.toString() : names.subList(0, most) + " and more";
        }

        private Validation validate(SplitScan scan, Optional<RunFolder> folder)
                throws IOException {
            int imageSize = options.get(INFERENCE_SIZE).longSide();
            int batch = Math.min(options.get(BATCH), scan.images().size());
            LoaderOptions loading = LoaderOptions.validation(imageSize, batch, options.get(WORKERS))
                    .withStride(model.stride()).withRect(options.get(RECT));
            long capacity = Math.max(1, (long) DataFacts.mostObjects(scan.images()) * batch);
            try (OpenModel open = model.open(options, log);
                    ImageStore store = TrainingData.open(scan.images(), imageSize, options.get(CACHE), log::line);
                    var loader = BatchLoader.open(scan.images(), store, loading, open::memory,
                            problem -> log.line(problem.toString()))) {
                Detector detector = open.validating(Loading.shapes(loader.shapes()), capacity);
                Validator validator = new Validator(loader, model.names().size(), settings());
                return observed(options.get(SINGLE_CLS) ? validator.asOneClass() : validator, detector, scan, folder);
            }
        }

        private NmsSettings settings() {
            return NmsSettings.validation().withConfidence(options.get(CONF).floatValue())
                    .withIou(options.get(IOU).floatValue()).withMaxDetections(options.get(MAX_DET))
                    .withAgnostic(options.get(AGNOSTIC_NMS)).withEndToEndSuppressed(options.get(NMS))
                    .withClasses(modelClasses());
        }

        private Validation observed(Validator validator, Detector detector, SplitScan scan,
                Optional<RunFolder> folder) throws IOException {
            List<Validator.Observer> observers = new ArrayList<>();
            OutputNames outputs = OutputNames.of(scan.images().stream().map(LabeledImage::path).toList());
            var count = new CountProgress(log, "validating", scan.images().size(), "images", System::nanoTime);
            observers.add(new ProgressObserver(count));
            if (options.get(PLOTS)) {
                observers.add(new BatchSheets(folder.orElseThrow().path(), scan.names()));
            }
            if (options.get(SAVE_TXT)) {
                observers.add(Validator.collecting(
                        new LabelFiles(folder.orElseThrow().file("labels"), options.get(SAVE_CONF), outputs)));
            }
            Validator.Observer all = (batch, detections) -> {
                observers.forEach(observer -> observer.batch(batch, detections));
                stop.stopIfRequested("stopped");
            };
            try {
                if (!savesJson()) {
                    return validator.run(detector, all);
                }
                try (var file = new PredictionsFile(folder.orElseThrow().file("predictions.json"), outputs)) {
                    observers.add(Validator.collecting(file));
                    return validator.run(detector, all);
                }
            } finally {
                count.close();
            }
        }

        private void report(Validation validation, SplitScan scan, Optional<RunFolder> folder)
                throws IOException {
            if (options.get(PLOTS)) {
                if (Drawing.failure().isPresent()) {
                    log.warn("plots cannot be drawn on this machine: " + Drawing.failure().get());
                } else {
                    Drawing.missingCharacters(scan.names()).ifPresent(log::warn);
                    EvaluationPlots.write(folder.orElseThrow().path(), validation, scan.names());
                }
            }
            if (options.get(JSON)) {
                console.line(JsonText.of(ValidationReport.of(options.get(MODEL), options.get(DATA),
                        options.get(SPLIT).word(), options.get(INFERENCE_SIZE).longSide(), scan.names(), validation,
                        folder.map(RunFolder::toString).orElse(null))));
                return;
            }
            MetricsText.lines(validation.metrics(), scan.names()).forEach(console::line);
            console.line("");
            console.line(Units.fixed(1000 * validation.seconds() / validation.metrics().images(), 1)
                    + " ms per image, loading included");
            folder.ifPresent(run -> console.line("results are in " + run));
        }
    }
}
