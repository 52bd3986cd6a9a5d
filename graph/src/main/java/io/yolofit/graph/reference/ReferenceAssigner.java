package io.yolofit.graph.reference;

import io.yolofit.graph.op.Assignment;
import io.yolofit.graph.reference.HeadLogits.Anchor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Task-aligned assignment of anchors to objects for one image (Feng et al., TOOD, 2021), with full matrices
/// [objects x anchors].
///
/// Anchor a inside object g has the overlap `u = max(0, CIoU)` of its predicted box and the metric `m = s^.5 u^6`,
/// where s is the predicted probability of g's class; for anchors outside of g both are 0 ([Assignment] has the
/// exponents). A box whose four edges sum to 0 or less is padding and contains no anchor. Each object selects its
/// `topK` best anchors by m (the first of equal ones) and drops those outside. An anchor selected by several objects
/// goes to the one with the largest u. If an object keeps fewer than `topK` anchors, it then drops all but its best
/// `keep` by m. The soft target is `m * (largest u of g's anchors) / (largest m of g's anchors + 1e-9)`.
final class ReferenceAssigner {
    static final int NONE = -1;

    private static final double EPSILON = 1e-9;

    /// Class and box of an object, in pixels.
    record Target(int label, Box box) {
    }

    private final int[] objects;
    private final double[] softTargets;

    ReferenceAssigner(HeadLogits head, int image, List<Target> targets, List<Integer> strides, Assignment rule) {
        int anchors = head.anchors().size();
        boolean[][] inside = new boolean[targets.size()][anchors];
        double[][] overlaps = new double[targets.size()][anchors];
        double[][] metrics = new double[targets.size()][anchors];
        int wide = strides.get(Math.min(1, strides.size() - 1));
        for (int a = 0; a < anchors; a++) {
            Anchor anchor = head.anchors().get(a);
            Box predicted = head.box(image, anchor).scaled(anchor.stride());
            for (int g = 0; g < targets.size(); g++) {
                Target target = targets.get(g);
                Box region = target.box.widened(strides.getFirst(), wide);
                inside[g][a] = !target.box.isPadding()
                        && region.contains(anchor.x() * anchor.stride(), anchor.y() * anchor.stride());
                if (inside[g][a]) {
                    double score = ReferencePointwise.sigmoid(head.classLogit(image, anchor, target.label));
                    overlaps[g][a] = Math.max(0, predicted.completeIou(target.box).value());
                    metrics[g][a] = Math.pow(score, rule.alpha()) * Math.pow(overlaps[g][a], rule.beta());
                }
            }
        }
        objects = resolveConflicts(selections(inside, metrics, rule.topK()), inside, overlaps, anchors);
        if (rule.keep() < rule.topK()) {
            keepBest(objects, metrics, rule.keep());
        }
        softTargets = softTargets(objects, overlaps, metrics);
    }

    /// The object of an anchor, or [#NONE].
    int object(int anchor) {
        return objects[anchor];
    }

    /// Target probability of the object's class at an anchor.
    double softTarget(int anchor) {
        return softTargets[anchor];
    }

    private static boolean[][] selections(boolean[][] inside, double[][] metrics, int topK) {
        boolean[][] selections = new boolean[metrics.length][];
        for (int g = 0; g < metrics.length; g++) {
            double[] metric = metrics[g];
            boolean[] row = new boolean[metric.length];
            for (int a : best(IntStream.range(0, metric.length), metric, topK)) {
                row[a] = inside[g][a];
            }
            selections[g] = row;
        }
        return selections;
    }

    /// The anchors of largest metric, the first of equal ones.
    private static int[] best(IntStream anchors, double[] metric, int count) {
        return anchors.boxed().sorted(Comparator.comparingDouble((Integer a) -> metric[a]).reversed())
                .mapToInt(Integer::intValue).limit(count).toArray();
    }

    private static void keepBest(int[] objects, double[][] metrics, int keep) {
        for (int g = 0; g < metrics.length; g++) {
            int object = g;
            int[] own = IntStream.range(0, objects.length).filter(a -> objects[a] == object).toArray();
            for (int a : own) {
                objects[a] = NONE;
            }
            for (int a : best(IntStream.of(own), metrics[g], keep)) {
                objects[a] = object;
            }
        }
    }

    private static int[] resolveConflicts(boolean[][] selections, boolean[][] inside, double[][] overlaps,
            int anchors) {
        int[] objects = new int[anchors];
        Arrays.fill(objects, NONE);
        for (int a = 0; a < anchors; a++) {
            int anchor = a;
            int[] selecting = IntStream.range(0, selections.length).filter(g -> selections[g][anchor]).toArray();
            if (selecting.length == 1) {
                objects[a] = selecting[0];
            } else if (selecting.length > 1) { // any object that contains the anchor may get it, selected or not
                for (int g = 0; g < selections.length; g++) {
                    if (inside[g][a] && (objects[a] == NONE || overlaps[g][a] > overlaps[objects[a]][a])) {
                        objects[a] = g;
                    }
                }
            }
        }
        return objects;
    }

    private static double[] softTargets(int[] objects, double[][] overlaps, double[][] metrics) {
        double[] bestOverlap = new double[metrics.length];
        double[] bestMetric = new double[metrics.length];
        for (int a = 0; a < objects.length; a++) {
            int g = objects[a];
            if (g != NONE) {
                bestOverlap[g] = Math.max(bestOverlap[g], overlaps[g][a]);
                bestMetric[g] = Math.max(bestMetric[g], metrics[g][a]);
            }
        }
        double[] softTargets = new double[objects.length];
        for (int a = 0; a < objects.length; a++) {
            int g = objects[a];
            softTargets[a] = g == NONE ? 0 : metrics[g][a] * bestOverlap[g] / (bestMetric[g] + EPSILON);
        }
        return softTargets;
    }
}
