package io.yolofit.engine.cpu.detect;

import java.util.Arrays;
import java.util.BitSet;

/// Assigns objects to the anchors of an image (task-aligned assignment, Feng et al., 2021).
///
/// The package documentation describes the algorithm, its memory and the details that parity with the reference
/// requires. One instance belongs to one worker; its arrays grow with anchors plus objects and are reused.
final class TaskAlignedAssigner {
    /// Added to the best metric of an object before the division by it.
    private static final double EPSILON = 1e-9;
    private static final int NONE = -1;

    private final LossSettings settings;
    private final SideDistances sides;
    private final TopCandidates candidates;
    private final TopCandidates kept;
    private final ImageObjects objects = new ImageObjects();

    private Head head;
    private int image;
    /// Predicted boxes in pixels, decoded on first use.
    private double[] boxes = new double[0];
    private final BitSet decoded = new BitSet();
    /// Per anchor: number of objects that claim it, and the first of them.
    private int[] claims = new int[0];
    private int[] claimant = new int[0];
    /// Per anchor: of all objects around it, the one of largest overlap (lowest index on ties), and that overlap.
    private int[] closest = new int[0];
    private float[] closestOverlap = new float[0];
    /// Per object: largest overlap and metric among its positives.
    private float[] bestOverlap = new float[0];
    private float[] bestMetric = new float[0];

    TaskAlignedAssigner(LossSettings settings) {
        this.settings = settings;
        this.sides = new SideDistances(settings.regMax());
        this.candidates = new TopCandidates(settings.topK());
        this.kept = new TopCandidates(settings.keep());
    }

    /// Replaces the content of `positives` by the assignment of one image.
    void assign(Head batch, Targets targets, int imageIndex, Positives positives) {
        positives.clear();
        if (targets.objects(imageIndex) == 0) {
            return;
        }
        head = batch;
        image = imageIndex;
        objects.load(batch, targets, imageIndex);
        reset(batch.anchors());
        for (int object = 0; object < objects.count(); object++) {
            visit(object);
            claim(object);
        }
        resolveConflicts(positives);
        if (settings.keep() < settings.topK()) {
            keepBest(positives);
        }
        weigh(positives);
    }

    private void reset(int anchors) {
        if (anchors > claims.length) {
            boxes = new double[Math.multiplyExact(anchors, CompleteIou.BOX)];
            claims = new int[anchors];
            claimant = new int[anchors];
            closest = new int[anchors];
            closestOverlap = new float[anchors];
        }
        decoded.clear();
        Arrays.fill(claims, 0, anchors, 0);
        Arrays.fill(closest, 0, anchors, NONE);
    }

    /// Visits every anchor inside the object, in ascending order, and collects the candidates of non-zero metric.
    private void visit(int object) {
        candidates.clear(1);
        for (int i = 0; i < head.levels().size(); i++) {
            HeadLevel level = head.levels().get(i);
            int firstColumn = objects.firstColumn(object, level);
            int endColumn = objects.endColumn(object, level);
            int endRow = objects.endRow(object, level);
            for (int row = objects.firstRow(object, level); row < endRow; row++) {
                for (int column = firstColumn; column < endColumn; column++) {
                    evaluate(object, level, head.starts()[i], row * level.width() + column);
                }
            }
        }
    }

    private void evaluate(int object, HeadLevel level, int start, int cell) {
        int anchor = start + cell;
        if (!decoded.get(anchor)) {
            decode(level, cell, anchor);
        }
        float overlap = overlap(object, anchor);
        if (closest[anchor] == NONE || Float.compare(overlap, closestOverlap[anchor]) > 0) {
            closest[anchor] = object;
            closestOverlap[anchor] = overlap;
        }
        float metric = metric(object, level, cell, overlap);
        if (metric != 0) {
            candidates.offer(0, metric, anchor);
        }
    }

    private void decode(HeadLevel level, int cell, int anchor) {
        sides.read(level, (long) image * level.anchors() + cell);
        sides.box(cell % level.width() + 0.5, cell / level.width() + 0.5, level.stride(),
                boxes, anchor * CompleteIou.BOX);
        decoded.set(anchor);
    }

    private float overlap(int object, int anchor) {
        return (float) CompleteIou.overlap(objects.boxes(), object * CompleteIou.BOX,
                boxes, anchor * CompleteIou.BOX);
    }

    /// Single precision, so that it underflows to zero where the reference does.
    private float metric(int object, HeadLevel level, int cell, float overlap) {
        if (overlap == 0) {
            return 0;
        }
        long anchorOfBatch = (long) image * level.anchors() + cell;
        float logit = level.type().get(level.cls(), anchorOfBatch * settings.classes() + objects.label(object));
        double score = 1 / (1 + Math.exp(-logit));
        return (float) (power(score, settings.alpha()) * power(overlap, settings.beta()));
    }

    private static double power(double base, double exponent) {
        if (exponent == 0.5) {
            return Math.sqrt(base);
        }
        if (exponent == 6) {
            double cube = base * base * base;
            return cube * cube;
        }
        return Math.pow(base, exponent);
    }

    /// Claims the candidates. Unused places go to the lowest-numbered anchors of metric zero, of which those outside
    /// the object are then dropped: see "Parity with the reference" in the package documentation.
    private void claim(int object) {
        for (int rank = 0; rank < candidates.size(0); rank++) {
            claim(object, candidates.anchor(0, rank));
        }
        int free = settings.topK() - candidates.size(0);
        for (int anchor = 0; free > 0 && anchor < head.anchors(); anchor++) {
            if (candidates.contains(0, anchor)) {
                continue;
            }
            free--;
            int level = head.levelOf(anchor);
            if (objects.inside(object, head.levels().get(level), anchor - head.starts()[level])) {
                claim(object, anchor);
            }
        }
    }

    private void claim(int object, int anchor) {
        if (claims[anchor]++ == 0) {
            claimant[anchor] = object;
        }
    }

    /// Assigns every claimed anchor to its claimant or, if there are several, to the object of largest overlap.
    private void resolveConflicts(Positives positives) {
        for (int i = 0; i < head.levels().size(); i++) {
            HeadLevel level = head.levels().get(i);
            int start = head.starts()[i];
            for (int cell = 0; cell < level.anchors(); cell++) {
                int anchor = start + cell;
                if (claims[anchor] > 0) {
                    int object = claims[anchor] == 1 ? claimant[anchor] : closest[anchor];
                    float overlap = overlap(object, anchor);
                    positives.add(anchor, object, overlap, metric(object, level, cell, overlap));
                }
            }
        }
    }

    private void keepBest(Positives positives) {
        kept.clear(objects.count());
        for (int i = 0; i < positives.count(); i++) {
            kept.offer(positives.object(i), positives.metric(i), positives.anchor(i));
        }
        positives.retain(kept);
    }

    /// Scales the metrics of each object so that the soft target of its best positive equals its best overlap.
    private void weigh(Positives positives) {
        if (objects.count() > bestOverlap.length) {
            bestOverlap = new float[objects.count()];
            bestMetric = new float[objects.count()];
        }
        Arrays.fill(bestOverlap, 0, objects.count(), 0);
        Arrays.fill(bestMetric, 0, objects.count(), 0);
        for (int i = 0; i < positives.count(); i++) {
            int object = positives.object(i);
            bestOverlap[object] = Math.max(bestOverlap[object], positives.overlap(i));
            bestMetric[object] = Math.max(bestMetric[object], positives.metric(i));
        }
        for (int i = 0; i < positives.count(); i++) {
            int object = positives.object(i);
            positives.weigh(i, positives.metric(i) * bestOverlap[object] / (bestMetric[object] + EPSILON));
        }
    }
}
