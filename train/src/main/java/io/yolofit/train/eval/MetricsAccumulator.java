package io.yolofit.train.eval;

import io.yolofit.train.eval.AveragePrecision.PrecisionRecall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Accumulates the images of an evaluation and computes its [Metrics].
///
/// Detections of a class are ranked by score over all images; equal scores keep the order in which they were added, so
/// images must be added in dataset order for bit-reproducible figures. Not thread-safe. Memory: about 60 bytes per
/// detection.
public final class MetricsAccumulator {
    private static final int GRID_POINTS = 1000;
    /// Width of the box filter over the F1 curve, as a fraction of its length.
    private static final double SMOOTHING = 0.1;

    private final int classes;
    private final List<ImageResult> images = new ArrayList<>();

    /// @param classes number of classes of the dataset
    public MetricsAccumulator(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("an evaluation needs at least one class, but got " + classes);
        }
        this.classes = classes;
    }

    public void add(ImageResult image) {
        requireKnown(image.classes(), "detection");
        requireKnown(image.labelClasses(), "label");
        images.add(image);
    }

    private void requireKnown(int[] classIds, String what) {
        for (int classId : classIds) {
            if (classId < 0 || classId >= classes) {
                throw new IllegalArgumentException("a %s has class %d, but the dataset has classes 0 to %d"
                        .formatted(what, classId, classes - 1));
            }
        }
    }

    public Metrics compute() {
        int[] instances = new int[classes];
        int[] imagesWith = new int[classes];
        for (ImageResult image : images) {
            Arrays.stream(image.labelClasses()).forEach(classId -> instances[classId]++);
            Arrays.stream(image.labelClasses()).distinct().forEach(classId -> imagesWith[classId]++);
        }
        int[] present = classesWithLabels(instances);
        List<Ranking> rankings = rank();
        Curves curves = curves(present, rankings, instances);
        int best = indexOfMaximum(AveragePrecision.smooth(curves.mean(curves.f1()), SMOOTHING));
        List<ClassMetrics> perClass = new ArrayList<>();
        for (int row = 0; row < present.length; row++) {
            int classId = present[row];
            perClass.add(new ClassMetrics(classId, imagesWith[classId], instances[classId],
                    curves.precision()[row][best], curves.recall()[row][best],
                    rankings.get(classId).apByIou(instances[classId])));
        }
        return new Metrics(images.size(), Arrays.stream(instances).sum(), curves.confidence()[best], perClass, curves);
    }

    private static int[] classesWithLabels(int[] instances) {
        int[] present = new int[instances.length];
        int count = 0;
        for (int classId = 0; classId < instances.length; classId++) {
            if (instances[classId] > 0) {
                present[count++] = classId;
            }
        }
        return Arrays.copyOf(present, count);
    }

    private List<Ranking> rank() {
        List<List<Ranked>> byClass = new ArrayList<>();
        for (int classId = 0; classId < classes; classId++) {
            byClass.add(new ArrayList<>());
        }
        for (ImageResult image : images) {
            for (int i = 0; i < image.scores().length; i++) {
                byClass.get(image.classes()[i]).add(new Ranked(image.scores()[i], image.truePositives()[i]));
            }
        }
        byClass.forEach(list -> list.sort((a, b) -> Float.compare(b.score, a.score))); // stable
        return byClass.stream().map(Ranking::new).toList();
    }

    private static Curves curves(int[] present, List<Ranking> rankings, int[] instances) {
        double[] grid = new double[GRID_POINTS];
        Arrays.setAll(grid, i -> i / (GRID_POINTS - 1.0));
        var precision = new double[present.length][GRID_POINTS];
        var recall = new double[present.length][GRID_POINTS];
        var f1 = new double[present.length][GRID_POINTS];
        var overRecall = new double[present.length][GRID_POINTS];
        for (int row = 0; row < present.length; row++) {
            Ranking ranking = rankings.get(present[row]);
            if (ranking.list.isEmpty()) {
                continue; // a class without detections is zero everywhere
            }
            PrecisionRecall points = ranking.precisionRecall(0, instances[present[row]]);
            double[] negatedScores = ranking.list.stream().mapToDouble(ranked -> -ranked.score).toArray();
            AveragePrecision.Envelope envelope = points.envelope();
            for (int i = 0; i < GRID_POINTS; i++) {
                double x = -grid[i]; // scores descend, interpolation wants ascending
                precision[row][i] = AveragePrecision.interpolate(x, negatedScores, points.precision(), 1);
                recall[row][i] = AveragePrecision.interpolate(x, negatedScores, points.recall(), 0);
                f1[row][i] = ClassMetrics.f1(precision[row][i], recall[row][i]);
                overRecall[row][i] = envelope.precisionAt(grid[i]);
            }
        }
        return new Curves(present, grid, precision, recall, f1, grid.clone(), overRecall);
    }

    private static int indexOfMaximum(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    private record Ranked(float score, boolean[] truePositive) {
    }

    /// The detections of one class over all images, by descending score.
    private record Ranking(List<Ranked> list) {

        PrecisionRecall precisionRecall(int threshold, int labels) {
            var correct = new boolean[list.size()];
            for (int i = 0; i < correct.length; i++) {
                correct[i] = list.get(i).truePositive[threshold];
            }
            return PrecisionRecall.of(correct, labels);
        }

        double[] apByIou(int labels) {
            var ap = new double[Matcher.THRESHOLDS];
            if (!list.isEmpty()) {
                Arrays.setAll(ap, threshold -> precisionRecall(threshold, labels).envelope().area());
            }
            return ap;
        }
    }
}
