package io.yolofit.app.evaluation;

import io.yolofit.train.eval.Metrics;
import io.yolofit.train.inference.Validation;
import java.util.List;

/// The JSON report of `yolofit val json=true`. Metrics are from 0 to 1.
///
/// @param images    evaluated
/// @param objects   labeled objects in them
/// @param all       means over the classes that have labels
/// @param classes   that have labels
/// @param speed     from file to metrics
/// @param folder    of plots and predictions; null if nothing was written
public record ValidationReport(String model, String data, String split, int imgsz, int images, int objects,
        Figures all, List<ClassFigures> classes, Loss loss, Speed speed, String folder) {
    /// @param confidence at which precision and recall are reported: the maximum of the mean F1
    public record Figures(double precision, double recall, double mAP50, double mAP75, double mAP50To95,
            double confidence) {}

    /// @param number index of the class
    public record ClassFigures(int number, String name, int images, int objects, double precision, double recall,
            double mAP50, double mAP75, double mAP50To95) {}

    /// Means over the batches, each multiplied by its gain.
    public record Loss(double box, double cls, double dfl) {}

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
                new Loss(validation.items().box(), validation.items().cls(), validation.items().dfl()),
                new Speed(validation.seconds(), 1000 * validation.seconds() / metrics.images()), folder);
    }
}
