package io.yolofit.app.training;

import io.yolofit.api.run.ResultsCsv;
import io.yolofit.api.run.ResultsRow;
import io.yolofit.app.evaluation.ValidationReport;
import io.yolofit.app.report.RunMemory;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.options.Options;
import io.yolofit.train.program.LossItems;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `results.json`: everything about a run that ended, for other programs.
///
/// @param model      its name
/// @param names      of the classes
/// @param options    of the run, as in `args.yaml`
/// @param epochs     the rows of `results.csv`
/// @param best       the epoch of the highest fitness
/// @param seconds    of training, including the time before a resume
/// @param end        reason of the end
/// @param loading    verdict on data loading
/// @param validation of the best weights; null without a validation
/// @param memory     planned and measured
record RunResults(String model, List<String> names, Map<String, Object> options, List<Epoch> epochs, Best best,
        double seconds, String end, String loading, ValidationReport validation, RunMemory memory) {
    /// @param values by the columns of `results.csv`; null for a value that is not finite
    record Epoch(int epoch, double seconds, Map<String, Double> values) {
    }

    /// @param fitness mAP50-95 of that epoch; null if no epoch was validated
    record Best(int epoch, Double fitness) {
    }

    RunResults {
        names = List.copyOf(names);
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        epochs = List.copyOf(epochs);
    }

    /// @param validation null without a validation
    static RunResults of(String model, List<String> names, Options options, List<ResultsRow> rows,
            TrainingEvent.Trained trained, String loading, ValidationReport validation, RunMemory memory) {
        return new RunResults(model, names, options.toMap(), rows.stream().map(RunResults::epoch).toList(),
                new Best(trained.bestEpoch(), trained.bestEpoch() == 0 ? null : finite(trained.bestFitness())),
                trained.seconds(), trained.why(), loading, validation, memory);
    }

    private static Epoch epoch(ResultsRow row) {
        ResultsRow.Metrics metrics = row.metrics();
        List<Double> values = new ArrayList<>(losses(row.train()));
        values.addAll(List.of(metrics.precision(), metrics.recall(), metrics.map50(), metrics.map50To95()));
        values.addAll(losses(row.val()));
        values.addAll(row.learning());
        Map<String, Double> named = new LinkedHashMap<>();
        int first = ResultsCsv.COLUMNS.size() - values.size(); // after epoch and time
        for (int at = 0; at < values.size(); at++) {
            named.put(ResultsCsv.COLUMNS.get(first + at), finite(values.get(at)));
        }
        return new Epoch(row.epoch(), row.time(), named);
    }

    private static List<Double> losses(LossItems items) {
        return List.copyOf(items.named().values());
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
