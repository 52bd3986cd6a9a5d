package io.yolofit.train.eval;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// Result of an evaluation. Means are over the classes that have labels; without such classes they are 0.
///
/// @param images number of evaluated images, with or without labels
/// @param instances number of labels in all images
/// @param bestConfidence the confidence that maximizes the smoothed mean F1; precision and recall are taken there
/// @param perClass metrics of the classes that have labels, by class
/// @param curves curves for plots
public record Metrics(int images, int instances, double bestConfidence, List<ClassMetrics> perClass, Curves curves) {
    public Metrics {
        perClass = List.copyOf(perClass);
    }

    public double precision() {
        return mean(ClassMetrics::precision);
    }

    public double recall() {
        return mean(ClassMetrics::recall);
    }

    public double map50() {
        return mean(ClassMetrics::ap50);
    }

    public double map75() {
        return mean(ClassMetrics::ap75);
    }

    /// mAP50-95.
    public double map() {
        return mean(ClassMetrics::ap);
    }

    /// The criterion of the best checkpoint and of early stopping: mAP50-95.
    public double fitness() {
        return map();
    }

    private double mean(ToDoubleFunction<ClassMetrics> figure) {
        return perClass.stream().mapToDouble(figure).average().orElse(0);
    }
}
