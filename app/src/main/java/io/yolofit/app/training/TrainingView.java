package io.yolofit.app.training;

import io.yolofit.app.console.Console;
import io.yolofit.app.console.CountProgress;
import io.yolofit.app.console.StopRequest;
import io.yolofit.app.console.TrainProgress;
import io.yolofit.app.evaluation.ProgressObserver;
import io.yolofit.app.run.ResultsCsv;
import io.yolofit.app.run.ResultsRow;
import io.yolofit.data.batch.Batch;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.inference.Validator;
import io.yolofit.train.program.LossItems;
import io.yolofit.train.trainer.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/// Reports a run on the console, appends a row to `results.csv` for every epoch, and passes on the user's request to
/// stop.
final class TrainingView implements TrainingListener {
    private final Console console;
    private final TrainProgress progress;
    private final int valImages;
    private final ResultsCsv results;
    private final Consumer<Batch> firstBatches;
    private final StopRequest stop;
    private final RunWatch watch;
    private final int epochs;
    private final Optional<KubeflowProgress> job;
    private Optional<Validation> latest = Optional.empty();

    /// @param valImages    number of images of the validation split
    /// @param firstBatches receives every training batch
    /// @param watch        of memory and data loading
    /// @param job          reports the progress of a TrainJob of Kubeflow
    TrainingView(Console console, TrainProgress progress, int valImages, ResultsCsv results,
            Consumer<Batch> firstBatches, StopRequest stop, RunWatch watch, int epochs,
            Optional<KubeflowProgress> job) {
        this.console = console;
        this.progress = progress;
        this.valImages = valImages;
        this.results = results;
        this.firstBatches = firstBatches;
        this.stop = stop;
        this.watch = watch;
        this.epochs = epochs;
        this.job = job;
    }

    @Override
    public void step(StepReport report, Batch batch) {
        progress.batchesPerEpoch(report.batches());
        MemoryReading memory = watch.step();
        progress.step(new TrainProgress.Step(report.epoch() + 1, report.batch() + 1, report.images(),
                losses(report.mean()), new TrainProgress.Memory(memory.own(), memory.free())));
        firstBatches.accept(batch);
    }

    @Override
    public boolean isStopRequested() {
        return stop.isRequested();
    }

    private static TrainProgress.Losses losses(LossItems items) {
        SequencedMap<String, Double> terms = new LinkedHashMap<>();
        for (LossTerm term : LossTerm.values()) {
            terms.put(term.word(), items.get(term));
        }
        return new TrainProgress.Losses(terms);
    }

    @Override
    public void epoch(EpochReport report) {
        latest = report.validation();
        Optional<Metrics> metrics = latest.map(Validation::metrics);
        progress.epochDone(new TrainProgress.EpochSummary(report.epoch() + 1, losses(report.mean()),
                metrics.map(found -> new TrainProgress.Accuracy(found.precision(), found.recall(), found.map50(),
                        found.map())), report.best() && latest.isPresent()));
        job.ifPresent(one -> one.report(report.epoch() + 1, epochs, report.seconds(), values(report)));
        watch.epoch(report.epoch() + 1);
        try {
            results.append(row(report));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static SequencedMap<String, Double> values(EpochReport report) {
        SequencedMap<String, Double> values = new LinkedHashMap<>();
        values.put("loss", report.mean().sum());
        report.validation().map(Validation::metrics).ifPresent(found -> {
            values.put("mAP50", found.map50());
            values.put("mAP50-95", found.map());
        });
        return values;
    }

    private static ResultsRow row(EpochReport report) {
        return new ResultsRow(report.epoch() + 1, report.seconds(), report.mean(),
                report.validation().map(Validation::metrics).map(found -> new ResultsRow.Metrics(found.precision(),
                        found.recall(), found.map50(), found.map())).orElse(ResultsRow.Metrics.ZERO),
                report.validation().map(Validation::items).orElse(LossItems.ZERO),
                Arrays.stream(report.rates()).boxed().toList());
    }

    /// A validation is not interrupted: the run stops after the next step.
    @Override
    public Validator.Observer validationObserver(int epoch) {
        return new ProgressObserver(new CountProgress(console, "validating", valImages, "images", System::nanoTime));
    }

    @Override
    public void note(String line) {
        console.line(line);
    }

    /// The validation of the last epoch, if there was one.
    Optional<Validation> latest() {
        return latest;
    }
}
