package io.yolofit.train.trainer;

import static io.yolofit.train.options.OptionTable.CLASSES;
import static io.yolofit.train.options.OptionTable.FRACTION;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.SINGLE_CLS;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.Loading;
import io.yolofit.train.plan.Phases;
import io.yolofit.train.plan.Slot;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// The scanned images of a run, before any is loaded: all that memory planning needs.
///
/// @param phases     loader options of training batches in each phase of the run; one phase if the image size is fixed
/// @param valLoading loader options of validation batches
public record TrainingImages(SplitScan train, SplitScan val, List<LoaderOptions> phases,
        LoaderOptions valLoading) {
    private static final int PROBLEMS_SHOWN = 10;

    public TrainingImages {
        phases = List.copyOf(phases);
    }

    /// Scans the data set of `data=`.
    ///
    /// @param imageSize a multiple of the stride, in pixels
    /// @param notes     receives the summary of the scan and one line per problem
    /// @throws io.yolofit.data.dataset.DatasetException if there is no image to train on
    public static TrainingImages scan(Dataset dataset, Options options, int imageSize, int stride,
            Consumer<String> notes) {
        ScanOptions scanOptions = ScanOptions.defaults().withSingleClass(options.get(SINGLE_CLS))
                .withClasses(Set.copyOf(options.get(CLASSES)));
        SplitScan train = scan(dataset, "train", scanOptions.withFraction(options.get(FRACTION)), notes);
        SplitScan val = scan(dataset, "val", scanOptions, notes);
        dataset.missing().values().forEach(reason -> notes.accept("note: " + reason));
        return of(train, val, options, imageSize, stride);
    }

    /// Scanned images with the loader options of these options.
    public static TrainingImages of(SplitScan train, SplitScan val, Options options, int imageSize, int stride) {
        List<Options> phases = Phases.of(options);
        return new TrainingImages(train, val, phases.size() == 1
                ? List.of(Loading.training(options, imageSize, stride))
                : phases.stream().map(phase -> Loading.training(phase, phase.get(IMGSZ), stride)).toList(),
                Loading.validation(options, imageSize, stride));
    }

    /// The same images with the loader options of other options.
    public TrainingImages with(Options options, int imageSize, int stride) {
        return of(train, val, options, imageSize, stride);
    }

    /// The same images with the loader options of a rank, which loads its slice of every batch.
    ///
    /// @param workers loader threads of this rank
    public TrainingImages at(Slot slot, int workers) {
        return slot.isAlone() ? this : new TrainingImages(train, val, phases.stream()
                .map(phase -> phase.withRank(slot.rank(), slot.ranks()).withWorkers(workers)).toList(),
                valLoading.withWorkers(workers));
    }

    /// What a plan needs to know of the images.
    public DataFacts facts() {
        return DataFacts.of(train, val);
    }

    /// Scans a split and reports its summary and its problems.
    public static SplitScan scan(Dataset dataset, String split, ScanOptions options, Consumer<String> notes) {
        SplitScan scan = dataset.split(split).scan(options);
        if (split.equals("train")) {
            scan.requireObjects();
        } else {
            scan.requireLabels();
        }
        notes.accept(scan.summary());
        scan.problems().stream().limit(PROBLEMS_SHOWN).forEach(problem -> notes.accept("  " + problem));
        if (scan.problems().size() > PROBLEMS_SHOWN) {
            notes.accept("  and " + (scan.problems().size() - PROBLEMS_SHOWN) + " more; `yolofit info data="
                    + dataset.file() + "` lists them all");
        }
        return scan;
    }

    /// Augmentation until `close_mosaic` turns mosaics off.
    public Augmentation augmentation() {
        return phases.getLast().augmentation().orElseThrow();
    }

    /// Upper bound of the objects in a training batch.
    public long trainCapacity() {
        return Loading.trainCapacity(DataFacts.mostObjects(train.images()), augmentation(),
                phases.stream().mapToInt(LoaderOptions::batchSize).max().orElseThrow());
    }

    /// Upper bound of the objects in a validation batch.
    public long valCapacity() {
        return Loading.valCapacity(DataFacts.mostObjects(val.images()), valLoading.batchSize());
    }
}
