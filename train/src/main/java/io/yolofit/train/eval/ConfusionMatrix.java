package io.yolofit.train.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Confusion matrix of the classes, with the background as the last row and column.
///
/// Detections above confidence .25 and labels that overlap by more than IoU .45 are paired, whatever their classes:
/// pairs by descending IoU, each detection keeps its first label, then each label its first detection. A paired
/// detection counts at (its class, the label's class), an unpaired label at (background, its class), an unpaired
/// detection at (its class, background). Not thread-safe.
public final class ConfusionMatrix {
    public static final double DEFAULT_CONFIDENCE = 0.25;
    public static final double DEFAULT_IOU = 0.45;

    private final int classes;
    private final double confidence;
    private final double iou;
    private final long[][] counts;

    /// With the customary thresholds: confidence .25 and IoU .45.
    public ConfusionMatrix(int classes) {
        this(classes, DEFAULT_CONFIDENCE, DEFAULT_IOU);
    }

    public ConfusionMatrix(int classes, double confidence, double iou) {
        if (classes < 1 || !(confidence >= 0 && confidence <= 1) || !(iou >= 0 && iou <= 1)) {
            throw new IllegalArgumentException(("a confusion matrix needs classes >= 1 and a confidence and an IoU"
                    + " between 0 and 1, but got %d, %s and %s").formatted(classes, confidence, iou));
        }
        this.classes = classes;
        this.confidence = confidence;
        this.iou = iou;
        counts = new long[classes + 1][classes + 1];
    }

    /// Counts one image.
    public void add(List<Detection> detections, List<GroundTruth> labels) {
        List<Detection> confident = detections.stream().filter(d -> d.score() > confidence).toList();
        var labelPaired = new boolean[labels.size()];
        var detectionPaired = new boolean[confident.size()];
        var detectionSeen = new boolean[confident.size()];
        for (Pair pair : pairs(confident, labels)) {
            if (!detectionSeen[pair.detection] && !labelPaired[pair.label]) {
                labelPaired[pair.label] = true;
                detectionPaired[pair.detection] = true;
                counts[confident.get(pair.detection).classId()][labels.get(pair.label).classId()]++;
            }
            detectionSeen[pair.detection] = true;
        }
        for (int i = 0; i < labelPaired.length; i++) {
            counts[classes][labels.get(i).classId()] += labelPaired[i] ? 0 : 1;
        }
        for (int i = 0; i < detectionPaired.length; i++) {
            counts[confident.get(i).classId()][classes] += detectionPaired[i] ? 0 : 1;
        }
    }

    /// Adds the counts of other images.
    ///
    /// @param other as of [#counts()], for as many classes
    public void add(long[][] other) {
        for (int row = 0; row < counts.length; row++) {
            for (int column = 0; column < counts.length; column++) {
                counts[row][column] += other[row][column];
            }
        }
    }

    private List<Pair> pairs(List<Detection> detections, List<GroundTruth> labels) {
        List<Pair> pairs = new ArrayList<>();
        for (int label = 0; label < labels.size(); label++) {
            for (int detection = 0; detection < detections.size(); detection++) {
                double overlap = Overlap.iou(labels.get(label), detections.get(detection));
                if (overlap > iou) {
                    pairs.add(new Pair(label, detection, overlap));
                }
            }
        }
        pairs.sort(Comparator.comparingDouble(Pair::overlap).reversed());
        return pairs;
    }

    /// [classes + 1][classes + 1]: row = detected class, column = labeled class, the last of each = background.
    public long[][] counts() {
        long[][] copy = new long[counts.length][];
        for (int row = 0; row < copy.length; row++) {
            copy[row] = counts[row].clone();
        }
        return copy;
    }

    /// The counts with each column divided by its sum: the detected classes of a labeled class. An empty column stays
    /// 0.
    public double[][] normalized() {
        var normalized = new double[counts.length][counts.length];
        for (int column = 0; column < counts.length; column++) {
            long sum = 0;
            for (long[] row : counts) {
                sum += row[column];
            }
            for (int row = 0; row < counts.length && sum > 0; row++) {
                normalized[row][column] = (double) counts[row][column] / sum;
            }
        }
        return normalized;
    }

    private record Pair(int label, int detection, double overlap) {
    }
}
