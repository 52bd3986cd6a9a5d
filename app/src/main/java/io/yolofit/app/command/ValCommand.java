package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.AGNOSTIC_NMS;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EXIST_OK;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.IOU;
import static io.yolofit.train.options.OptionTable.JSON;
import static io.yolofit.train.options.OptionTable.MAX_DET;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PLOTS;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.RECT;
import static io.yolofit.train.options.OptionTable.SAVE_CONF;
import static io.yolofit.train.options.OptionTable.SAVE_TXT;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static io.yolofit.train.options.OptionTable.SPLIT;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.app.console.Console;
import io.yolofit.app.console.CountProgress;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.console.Units;
import io.yolofit.app.device.Engines;
import io.yolofit.app.evaluation.BatchSheets;
import io.yolofit.app.evaluation.EvaluationPlots;
import io.yolofit.app.evaluation.LabelFiles;
import io.yolofit.app.evaluation.MetricsText;
import io.yolofit.app.evaluation.PredictionsFile;
import io.yolofit.app.evaluation.ProgressObserver;
import io.yolofit.app.evaluation.ValidationReport;
import io.yolofit.app.plot.Drawing;
import io.yolofit.app.report.JsonText;
import io.yolofit.app.run.RunFolder;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.engine.Engine;
import io.yolofit.train.eval.NmsSettings;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.InferenceSession;
import io.yolofit.train.trainer.ModelChoice;
import io.yolofit.train.trainer.TrainingData;
import io.yolofit.train.trainer.TrainingImages;
import io.yolofit.zoo.model.ModelFile;
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
        return stop.during(() -> new Work(options, console, log, stop).run(),
                () -> log.warn("stopping after this batch ..."));
    }

    /// @param log console for everything but the result
    private record Work(Options options, Console console, Console log, StopRequest stop) {
        ExitCode run() throws IOException {
            ModelFile model = ModelChoice.trained(options.get(MODEL));
            Dataset dataset = Dataset.load(Path.of(options.get(DATA)));
            requireSameClasses(model, dataset);
            int imageSize = ModelInput.imageSize(options.get(IMGSZ), model.model(), log);
            ModelInput.hintImageSize(ModelInput.trainingOptions(options.get(MODEL), model), imageSize, log);
            SplitScan scan = TrainingImages.scan(dataset, options.get(SPLIT).word(), ScanOptions.defaults()
                    .withSingleClass(options.get(SINGLE_CLS)).withClasses(classes()), log::line);
            Optional<RunFolder> folder = options.get(PLOTS) || options.get(JSON) || options.get(SAVE_TXT)
                    ? Optional.of(RunFolder.create(Path.of(options.get(PROJECT)), options.get(NAME),
                            options.get(EXIST_OK)))
                    : Optional.empty();
            Validation validation = validate(model, scan, imageSize, folder);
            report(validation, scan, imageSize, folder);
            return ExitCode.OK;
        }

        private Set<Integer> classes() {
            return new HashSet<>(options.get(CLASSES));
        }

        private void requireSameClasses(ModelFile model, Dataset dataset) {
            if (!options.get(SINGLE_CLS) && model.names().size() != dataset.classes()) {
                throw CommandException.usage("the model " + options.get(MODEL) + " has " + model.names().size()
                        + " classes " + shown(model.names()) + ", but the dataset " + dataset.file() + " has "
                        + dataset.classes() + " " + shown(dataset.names())
                        + "; give the dataset that the model was trained on, or single_cls=true to ignore "
                        + "classes");
            }
            if (!options.get(SINGLE_CLS) && !model.names().equals(dataset.names())) {
                log.warn("the model names its classes " + shown(model.names()) + ", the dataset "
                        + shown(dataset.names()) + "; classes are matched by index");
            }
        }

        private static String shown(List<String> names) {
            int most = 6;
            return names.size() <= most ? names.toString() : names.subList(0, most) + " and more";
        }

        private Validation validate(ModelFile model, SplitScan scan, int imageSize, Optional<RunFolder> folder)
                throws IOException {
            int batch = Math.min(options.get(BATCH), scan.images().size());
            LoaderOptions loading = LoaderOptions.validation(imageSize, batch, options.get(WORKERS))
                    .withStride(model.model().head().largestStride()).withRect(options.get(RECT));
            long capacity = Math.max(1, (long) TrainingImages.mostObjects(scan.images()) * batch);
            try (Engine engine = Engines.open(options, log);
                    ImageStore store = TrainingData.open(scan.images(), imageSize, options.get(CACHE), log::line);
                    var loader = BatchLoader.open(scan.images(), store, loading, engine::hostMemory,
                            problem -> log.line(problem.toString()))) {
                CompiledModel compiled = CompiledModel.of(engine, model.model(), name -> false);
                try (InferenceSession detector = InferenceSession.withLoss(compiled, ModelInput.half(options, engine,
                        log),
                        CompileOptions.Gains.DEFAULT, capacity)) {
                    detector.reserve(TrainingImages.shapes(loader.shapes()));
                    compiled.writeAverage(model.values());
                    Validator validator = new Validator(loader, model.names().size(), settings());
                    return observed(options.get(SINGLE_CLS) ? validator.asOneClass() : validator, detector, scan,
                            folder);
                }
            }
        }

        private NmsSettings settings() {
            return NmsSettings.validation().withConfidence(options.get(CONF).floatValue())
                    .withIou(options.get(IOU).floatValue()).withMaxDetections(options.get(MAX_DET))
                    .withAgnostic(options.get(AGNOSTIC_NMS)).withClasses(classes());
        }

        private Validation observed(Validator validator, InferenceSession detector, SplitScan scan,
                Optional<RunFolder> folder)
                throws IOException {
            List<Validator.Observer> observers = new ArrayList<>();
            var count = new CountProgress(log, "validating", scan.images().size(), "images", System::nanoTime);
            observers.add(new ProgressObserver(count));
            if (options.get(PLOTS)) {
                observers.add(new BatchSheets(folder.orElseThrow().path(), scan.names()));
            }
            if (options.get(SAVE_TXT)) {
                observers.add(Validator.collecting(
                        new LabelFiles(folder.orElseThrow().file("labels"), options.get(SAVE_CONF))));
            }
            Validator.Observer all = (batch, detections) -> {
                observers.forEach(observer -> observer.batch(batch, detections));
                stop.stopIfRequested("stopped");
            };
            try {
                if (!options.get(JSON)) {
                    return validator.run(detector, all);
                }
                try (var file = new PredictionsFile(folder.orElseThrow().file("predictions.json"))) {
                    observers.add(Validator.collecting(file));
                    return validator.run(detector, all);
                }
            } finally {
                count.close();
            }
        }

        private void report(Validation validation, SplitScan scan, int imageSize, Optional<RunFolder> folder)
                throws IOException {
            if (options.get(PLOTS)) {
                if (Drawing.failure().isPresent()) {
                    log.warn("plots cannot be drawn on this machine: " + Drawing.failure().get());
                } else {
                    EvaluationPlots.write(folder.orElseThrow().path(), validation, scan.names());
                }
            }
            if (options.get(JSON)) {
                console.line(JsonText.of(ValidationReport.of(options.get(MODEL), options.get(DATA),
                        options.get(SPLIT).word(), imageSize, scan.names(), validation,
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
