package io.yolofit.api.model;

import static io.yolofit.train.options.OptionTable.AGNOSTIC_NMS;
import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.CONF;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.INFERENCE_SIZE;
import static io.yolofit.train.options.OptionTable.IOU;
import static io.yolofit.train.options.OptionTable.MAX_DET;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NMS;
import static io.yolofit.train.options.OptionTable.RECT;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;
import static io.yolofit.train.options.OptionTable.SPLIT;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.base.Failure;
import io.yolofit.base.Messages;
import io.yolofit.base.Problems;
import io.yolofit.base.YoloFitException;
import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.cache.ImageStore;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.DatasetException;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The accuracy of a model on a split of a dataset.
///
/// @param options of `val`, completed by what the model's file records
/// @param scan    the split's images with their labels
public record SplitValidation(Options options, InferenceModel model, SplitScan scan, Messages log) {
    private static final int SHOWN_NAMES = 6;

    /// Reads the model and scans the split.
    ///
    /// @param given as the user gave them
    /// @throws YoloFitException with all that is wrong with model, dataset and device, or if the classes of the dataset
    ///     are not those of the model
    public static SplitValidation of(Options given, Messages log) throws IOException {
        var problems = new Problems();
        Optional<InferenceInput> input = problems.attempt(() -> {
            InferenceInput read = InferenceInput.of(given, log);
            return new InferenceInput(read.model(), read.withSize(log));
        });
        Options options = input.map(InferenceInput::options).orElse(given);
        Optional<Dataset> loaded = input.isEmpty() && given.find(DATA).isEmpty() ? Optional.empty()
                : problems.attempt(() -> dataset(given, options, log));
        problems.check(() -> InferenceInput.requireDevice(given));
        problems.requireNone();
        InferenceModel model = input.orElseThrow().model();
        Dataset dataset = loaded.orElseThrow();
        if (!options.get(SINGLE_CLS)) {
            requireSameClasses(options.get(MODEL), model.names(), dataset);
        }
        return new SplitValidation(options, model, TrainingImages.scan(dataset, options.get(SPLIT).word(),
                ScanOptions.defaults().withSingleClass(options.get(SINGLE_CLS))
                        .withClasses(new HashSet<>(options.get(CLASSES))), log::line), log);
    }

    private static Dataset dataset(Options given, Options options, Messages log) {
        if (options.find(DATA).isEmpty()) {
            throw new YoloFitException(Failure.naming("data=", "data= is missing: " + given.get(MODEL)
                    + " does not record the dataset that it was trained on", "give the dataset description (.yaml)"));
        }
        try {
            return DataSource.load(Path.of(options.get(DATA)), log::line);
        } catch (DatasetException missing) {
            if (given.isGiven(DATA)) {
                throw missing;
            }
            throw new YoloFitException(Failure.naming(missing.where(), missing.getMessage() + "\n" + given.get(MODEL)
                    + " was trained with data=" + options.get(DATA), "give data=<the dataset to validate on>"),
                    missing);
        }
    }

    private static void requireSameClasses(String file, List<String> names, Dataset dataset) {
        if (names.size() != dataset.classes()) {
            throw new YoloFitException(Failure.naming(dataset.file(), "the model " + file + " has " + names.size()
                    + " classes " + shown(names) + ", but the dataset " + dataset.file() + " has " + dataset.classes()
                    + " " + shown(dataset.names()), "give the dataset that the model was trained on, or single_cls=true"
                    + " to ignore classes"));
        }
        if (ClassNames.areMissing(names)) {
            return;
        }
        ClassNames.firstDifference(ClassNames.normalized(names), "the model " + file,
                ClassNames.normalized(dataset.names()), "the dataset " + dataset.file()).ifPresent(difference -> {
                    throw new YoloFitException(Failure.naming(dataset.file(), difference + ". The model's classes are "
                            + shown(names) + ", those of the dataset " + shown(dataset.names()), "give the names and "
                            + "the order of the model in the dataset, or single_cls=true to ignore classes"));
                });
    }

    private static String shown(List<String> names) {
        return names.size() <= SHOWN_NAMES ? names.toString() : names.subList(0, SHOWN_NAMES) + " and more";
    }

    /// Validates all images of the split.
    ///
    /// @param observer receives every batch with its detections, on the calling thread
    public Validation run(Validator.Observer observer) {
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
            return (options.get(SINGLE_CLS) ? validator.asOneClass() : validator).run(detector, observer);
        }
    }

    private NmsSettings settings() {
        return NmsSettings.validation().withConfidence(options.get(CONF).floatValue())
                .withIou(options.get(IOU).floatValue()).withMaxDetections(options.get(MAX_DET))
                .withAgnostic(options.get(AGNOSTIC_NMS)).withEndToEndSuppressed(options.get(NMS))
                .withClasses(modelClasses());
    }

    /// Classes to detect; empty for all. A model of one class, trained with `single_cls`, has no others.
    private Set<Integer> modelClasses() {
        return options.get(SINGLE_CLS) && model.names().size() == 1 ? Set.of() : new HashSet<>(options.get(CLASSES));
    }
}
