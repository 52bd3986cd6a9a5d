package io.yolofit.train.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Non-maximum suppression of one image (recipe, "Evaluation").
///
/// Candidates are visited by descending score, equal scores by anchor and then class. A candidate is kept unless its
/// IoU with a kept box of its class exceeds the threshold; the loop ends at `max_det` kept boxes. Comparing with kept
/// boxes of the same class only is equivalent to the reference's offset of 7680 pixels per class, without the rounding
/// error of large coordinates.
///
/// A box with a non-finite coordinate is not a candidate, nor is a NaN score. Time: at most candidates x kept boxes of
/// the same class; memory: 8 bytes per candidate. Thread-safe: images run in parallel.
public final class Nms {
    private static final int MAX_POSITIVE_BITS = 0x7fff_ffff;
    private static final long INDEX_MASK = 0xffff_ffffL;

    private Nms() {
    }

    /// The detections of one image, by descending score.
    public static List<Detection> suppress(Predictions predictions, NmsSettings settings) {
        if ((long) predictions.anchors() * predictions.classes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("%d anchors x %d classes are more candidates than an index can number"
                    .formatted(predictions.anchors(), predictions.classes()));
        }
        long[] candidates = candidates(predictions, settings);
        Arrays.sort(candidates);
        var kept = new KeptBoxes(settings, predictions.classes());
        int limit = Math.min(candidates.length, settings.maxCandidates());
        for (int rank = 0; rank < limit && !kept.isFull(); rank++) {
            kept.offer(detection(predictions, candidates[rank]));
        }
        return kept.detections();
    }

    /// One sort key per candidate: the complemented bits of its score (so that the best sorts first) above its index.
    private static long[] candidates(Predictions predictions, NmsSettings settings) {
        int classes = predictions.classes();
        int[] wanted = wantedClasses(classes, settings);
        var keys = new Keys();
        for (int anchor = 0; anchor < predictions.anchors(); anchor++) {
            int best = -1;
            float bestScore = settings.confidence();
            int before = keys.size;
            for (int classId : wanted) {
                float score = predictions.probability(anchor, classId);
                if (settings.multiLabel()) {
                    if (score > settings.confidence()) {
                        keys.add(score, anchor * classes + classId);
                    }
                } else if (score > bestScore) {
                    best = classId;
                    bestScore = score;
                }
            }
            if (best >= 0) {
                keys.add(bestScore, anchor * classes + best);
            }
            if (keys.size > before && !isFinite(predictions, anchor)) {
                keys.size = before;
            }
        }
        return Arrays.copyOf(keys.values, keys.size);
    }

    private static int[] wantedClasses(int classes, NmsSettings settings) {
        int[] wanted = new int[classes];
        int count = 0;
        for (int classId = 0; classId < classes; classId++) {
            if (settings.wants(classId)) {
                wanted[count++] = classId;
            }
        }
        return Arrays.copyOf(wanted, count);
    }

    private static boolean isFinite(Predictions predictions, int anchor) {
        return Float.isFinite(predictions.corner(anchor, 0)) && Float.isFinite(predictions.corner(anchor, 1))
                && Float.isFinite(predictions.corner(anchor, 2)) && Float.isFinite(predictions.corner(anchor, 3));
    }

    private static Detection detection(Predictions predictions, long key) {
        int index = (int) (key & INDEX_MASK);
        int anchor = index / predictions.classes();
        float score = Float.intBitsToFloat(MAX_POSITIVE_BITS - (int) (key >>> Integer.SIZE));
        return new Detection(index % predictions.classes(), score,
                predictions.corner(anchor, 0), predictions.corner(anchor, 1),
                predictions.corner(anchor, 2), predictions.corner(anchor, 3));
    }

    /// A growing array of sort keys. The bits of positive floats have the order of the floats.
    private static final class Keys {
        private long[] values = new long[1024];
        private int size;

        void add(float score, int index) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = (long) (MAX_POSITIVE_BITS - Float.floatToRawIntBits(score)) << Integer.SIZE | index;
        }
    }

    /// The kept boxes, in a linked list per class from the latest to the first.
    private static final class KeptBoxes {
        private static final int END = -1;
        private final NmsSettings settings;
        private final List<Detection> kept = new ArrayList<>();
        private final int[] latestOfClass;
        private final int[] previous;

        KeptBoxes(NmsSettings settings, int classes) {
            this.settings = settings;
            latestOfClass = new int[settings.agnostic() ? 1 : classes];
            Arrays.fill(latestOfClass, END);
            previous = new int[settings.maxDetections()];
        }

        void offer(Detection candidate) {
            int bucket = settings.agnostic() ? 0 : candidate.classId();
            boolean suppresses = settings.iou() < 1;
            for (int i = latestOfClass[bucket]; suppresses && i != END; i = previous[i]) {
                if (iou(kept.get(i), candidate) > settings.iou()) {
                    return;
                }
            }
            previous[kept.size()] = latestOfClass[bucket];
            latestOfClass[bucket] = kept.size();
            kept.add(candidate);
        }

        boolean isFull() {
            return kept.size() == settings.maxDetections();
        }

        List<Detection> detections() {
            return List.copyOf(kept);
        }
    }

    /// IoU in fp32, as in the reference; two boxes without area give NaN, which suppresses nothing.
    static float iou(Detection a, Detection b) {
        float width = Math.min(a.x2(), b.x2()) - Math.max(a.x1(), b.x1());
        float height = Math.min(a.y2(), b.y2()) - Math.max(a.y1(), b.y1());
        float intersection = Math.max(width, 0) * Math.max(height, 0);
        return intersection / (area(a) + area(b) - intersection);
    }

    private static float area(Detection box) {
        return (box.x2() - box.x1()) * (box.y2() - box.y1());
    }
}
