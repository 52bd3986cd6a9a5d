package io.yolofit.app.evaluation;

import io.yolofit.app.console.Units;
import io.yolofit.app.plot.ConfusionMatrix;
import io.yolofit.app.plot.ConfusionPlot;
import io.yolofit.app.plot.CurvePlot;
import io.yolofit.app.plot.Curves.Curve;
import io.yolofit.train.eval.Curves;
import io.yolofit.train.eval.Metrics;
import io.yolofit.train.inference.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The plots of a validation: precision-recall curve, the three curves over confidence, and the confusion matrices.
public final class EvaluationPlots {
    private static final int DECIMALS = 3;

    private EvaluationPlots() {}

    public static void write(Path folder, Validation validation, List<String> names) throws IOException {
        Metrics metrics = validation.metrics();
        Curves curves = metrics.curves();
        List<String> averages = metrics.perClass().stream()
                .map(one -> names.get(one.classId()) + " " + Units.fixed(one.ap50(), DECIMALS)).toList();
        write(folder.resolve("PR_curve.png"), "Precision-recall", "recall", "precision", curves,
                curves.recallGrid(), curves.precisionOverRecall(), averages,
                "all classes " + Units.fixed(metrics.map50(), DECIMALS) + " mAP50");
        List<String> plain = metrics.perClass().stream().map(one -> names.get(one.classId())).toList();
        overConfidence(folder.resolve("F1_curve.png"), "F1", curves, curves.f1(), plain);
        overConfidence(folder.resolve("P_curve.png"), "precision", curves, curves.precision(), plain);
        overConfidence(folder.resolve("R_curve.png"), "recall", curves, curves.recall(), plain);
        var confusion = new ConfusionMatrix(names, validation.confusion().counts());
        ConfusionPlot.write(folder.resolve("confusion_matrix.png"), confusion, false);
        ConfusionPlot.write(folder.resolve("confusion_matrix_normalized.png"), confusion, true);
    }

    private static void overConfidence(Path file, String what, Curves curves, double[][] rows, List<String> labels)
            throws IOException {
        double[] mean = curves.mean(rows);
        int best = 0;
        for (int i = 1; i < mean.length; i++) {
            best = mean[i] > mean[best] ? i : best;
        }
        String all = "all classes " + Units.fixed(mean[best], DECIMALS) + " at "
                + Units.fixed(curves.confidence()[best], DECIMALS);
        String title = Character.toUpperCase(what.charAt(0)) + what.substring(1) + "-confidence";
        write(file, title, "confidence", what, curves, curves.confidence(), rows, labels, all);
    }

    private static void write(Path file, String title, String xTitle, String yTitle, Curves curves, double[] x,
            double[][] rows, List<String> labels, String all) throws IOException {
        List<Curve> classes = new ArrayList<>();
        for (int row = 0; row < rows.length; row++) {
            classes.add(new Curve(labels.get(row), rows[row]));
        }
        CurvePlot.write(file, new io.yolofit.app.plot.Curves(title, xTitle, yTitle, x, classes,
                new Curve(all, curves.mean(rows))));
    }
}
