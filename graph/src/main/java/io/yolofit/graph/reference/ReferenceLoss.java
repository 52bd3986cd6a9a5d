package io.yolofit.graph.reference;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.reference.HeadLogits.Anchor;
import io.yolofit.graph.reference.ReferenceAssigner.Target;
import java.util.ArrayList;
import java.util.List;

/// Detection loss, value and gradient.
///
/// With the soft targets t of the assignment, w the soft target of an anchor and `T = max(1, sum of all t)`, the items
/// are
/// ```
/// box           boxGain / T * sum over positives of w (1 - CIoU)
/// class         classGain / T * sum over anchors and classes of log(1 + e^x) - t x
/// distribution  distributionGain / T * sum over positives of w * mean over sides of the cross-entropy against the two
///               bins around the true distance, linearly weighted (distribution focal loss)
/// ```
/// with boxes in stride units. The gradients are those of `loss scale * images * (sum of the items)`, with soft targets
/// and T held constant.
final class ReferenceLoss {
    private static final int LOSS_SCALE = 8;
    private static final double LAST_BIN_MARGIN = .01;
    private static final int TARGET_COLUMNS = 5;

    private final DetectionLoss op;
    private final HeadLogits head;
    private final double[] items = new double[3];
    private final List<double[]> gradients = new ArrayList<>();
    private final double gradientScale;
    private double normalizer;

    ReferenceLoss(DetectionLoss op, Node node, List<double[]> in) {
        this.op = op;
        this.head = new HeadLogits(op.strides(), op.bins(), node, in);
        for (double[] logits : in.subList(0, op.targetsOperand())) {
            gradients.add(new double[logits.length]);
        }
        gradientScale = in.get(op.targetsOperand() + 2)[LOSS_SCALE] * head.images();

        List<List<Target>> targets = new ArrayList<>();
        List<ReferenceAssigner> assignments = new ArrayList<>();
        double softTargets = 0;
        for (int image = 0; image < head.images(); image++) {
            targets.add(targets(in.get(op.targetsOperand()), in.get(op.targetsOperand() + 1), image));
            assignments.add(new ReferenceAssigner(head, image, targets.get(image), op.strides()));
            for (int a = 0; a < head.anchors().size(); a++) {
                softTargets += assignments.get(image).softTarget(a);
            }
        }
        normalizer = Math.max(1, softTargets);
        for (int image = 0; image < head.images(); image++) {
            for (int a = 0; a < head.anchors().size(); a++) {
                int object = assignments.get(image).object(a);
                double weight = assignments.get(image).softTarget(a);
                Anchor anchor = head.anchors().get(a);
                Target target = object == ReferenceAssigner.NONE ? null : targets.get(image).get(object);
                addClasses(image, anchor, target, weight);
                if (target != null) {
                    addBox(image, anchor, target.box().scaled(1.0 / anchor.stride()), weight);
                }
            }
        }
    }

    /// The items and, if the op has them as outputs, the gradients of all logits.
    List<double[]> results() {
        List<double[]> results = new ArrayList<>(List.of(items));
        if (op.gradients()) {
            results.addAll(gradients);
        }
        return results;
    }

    private List<Target> targets(double[] rows, double[] offsets, int image) {
        List<Target> targets = new ArrayList<>();
        for (int row = (int) offsets[image]; row < (int) offsets[image + 1]; row++) {
            int at = row * TARGET_COLUMNS;
            targets.add(new Target((int) rows[at], Box.around(rows[at + 1] * head.width(), rows[at + 2] * head.height(),
                    rows[at + 3] * head.width(), rows[at + 4] * head.height())));
        }
        return targets;
    }

    private void addClasses(int image, Anchor anchor, Target target, double weight) {
        double factor = op.classGain() / normalizer;
        for (int label = 0; label < head.classes(); label++) {
            double logit = head.classLogit(image, anchor, label);
            double wanted = target != null && target.label() == label ? weight : 0;
            items[1] += factor * (Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - wanted * logit);
            gradients.get(2 * anchor.level() + 1)[head.classAt(image, anchor, label)] =
                    gradientScale * factor * (ReferenceNormalization.sigmoid(logit) - wanted);
        }
    }

    /// @param truth in stride units
    private void addBox(int image, Anchor anchor, Box truth, double weight) {
        double boxFactor = op.boxGain() / normalizer * weight;
        double distributionFactor = op.distributionGain() / normalizer * weight / HeadLogits.SIDES;
        Dual overlap = head.box(image, anchor).completeIou(truth);
        items[0] += boxFactor * (1 - overlap.value());
        double[] distances = {anchor.x() - truth.left(), anchor.y() - truth.top(), truth.right() - anchor.x(),
            truth.bottom() - anchor.y()};
        for (int side = 0; side < HeadLogits.SIDES; side++) {
            double[] probabilities = head.probabilities(image, anchor, side);
            double predicted = HeadLogits.expectation(probabilities);
            double distance = Math.clamp(distances[side], 0, head.bins() - 1 - LAST_BIN_MARGIN);
            double sideByDistance = side < 2 ? -1 : 1; // left and top move down as their distance grows
            for (int bin = 0; bin < head.bins(); bin++) {
                double share = Math.max(0, 1 - Math.abs(distance - bin));
                double gradient = -boxFactor * overlap.slopes()[side] * sideByDistance * probabilities[bin]
                        * (bin - predicted)
                        + distributionFactor * (probabilities[bin] - share);
                if (share > 0) {
                    items[2] -= distributionFactor * share * Math.log(probabilities[bin]);
                }
                gradients.get(2 * anchor.level())[head.boxAt(image, anchor, side) + bin] = gradientScale * gradient;
            }
        }
    }
}
