package io.yolofit.app.evaluation;

import io.yolofit.graph.op.LossTerm;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.inference.Validation;
import io.yolofit.train.program.LossItems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The JSON report of `yolofit val json=true`. Metrics are from 0 to 1.
///
/// @param images    evaluated
/// @param objects   labeled objects in them
/// @param all       means over the classes that have labels
/// @param classes   that have labels
/// @param loss      means of the terms over the batches, each multiplied by its gain; null for ONNX files
/// @param speed     from file to metrics
/// @param folder    of plots and predictions; null if nothing was written
public record ValidationReport(String model, String data, String split, int imgsz, int images, int objects,
        Figures all, List<ClassFigures> classes, Map<String, Double> loss, Speed speed, String folder) {
    /// @param confidence at which precision and recall are reported: the maximum of the mean F1
    public record Figures(double precision, double recall, double mAP50, double mAP75, double mAP50To95,
            double confidence) {}

    /// @param number index of the class
    public record ClassFigures(int number, String name, int images, int objects, double precision, double recall,
            double mAP50, double mAP75, double mAP50To95) {}

    /// @param seconds total, loading included
    public record Speed(double seconds, double millisecondsPerImage) {}

    public ValidationReport {
        classes = List.copyOf(classes);
    }

    /// @param folder null if nothing was written
    public static ValidationReport of(String model, String data, String split, int imgsz, List<String> names,
            Validation validation, String folder) {
        Metrics metrics = validation.metrics();
        List<ClassFigures> classes = metrics.perClass().stream().map(one -> new ClassFigures(one.classId(),
                names.get(one.classId()), one.images(), one.instances(), one.precision(), one.recall(), one.ap50(),
                one.ap75(), one.ap())).toList();
        return new ValidationReport(model, data, split, imgsz, metrics.images(), metrics.instances(),
                new Figures(metrics.precision(), metrics.recall(), metrics.map50(), metrics.map75(), metrics.map(),
                        metrics.bestConfidence()), classes,
                loss(validation.items()),
                new Speed(validation.seconds(), 1000 * validation.seconds() / metrics.images()), folder);
    }

    private static Map<String, Double> loss(LossItems items) {
        if (items == null) {
            return null;
        }
        Map<String, Double> loss = new LinkedHashMap<>();
        for (LossTerm term : LossTerm.values()) {
            loss.put(term.word(), items.get(term));
        }
        return loss;
    }
}
