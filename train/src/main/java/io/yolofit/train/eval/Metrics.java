package io.yolofit.train.eval;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// The result of an evaluation. Means are over the classes that have labels; without any they are 0.
///
/// @param images images evaluated, with or without labels
/// @param instances labels in all of them
/// @param bestConfidence the confidence that maximizes the smoothed mean F1, where precision and recall are read
/// @param perClass the classes that have labels, by class
/// @param curves what is plotted
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

    /// What picks the best checkpoint and stops early: mAP50-95.
    public double fitness() {
        return map();
    }

    private double mean(ToDoubleFunction<ClassMetrics> figure) {
        return perClass.stream().mapToDouble(figure).average().orElse(0);
    }
}
