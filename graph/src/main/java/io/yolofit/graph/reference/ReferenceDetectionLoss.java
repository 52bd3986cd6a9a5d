package io.yolofit.graph.reference;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.op.TargetColumn;
import io.yolofit.graph.reference.HeadLogits.Anchor;
import io.yolofit.graph.reference.ReferenceAssigner.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Detection loss, value and gradient.
///
/// With the soft targets t of the assignment, w the soft target of an anchor and `T = max(1, sum of all t)`, the items
/// are
/// ```
/// box       boxGain / T * sum over positives of w (1 - CIoU)
/// class     classGain / T * sum over anchors and classes of log(1 + e^x) - t x
/// distance  distanceGain / T * sum over positives of w * mean over sides of the cross-entropy against the two bins
///           around the true distance, linearly weighted (distribution focal loss); or, with one bin, of the absolute
///           difference of predicted and true distance as a fraction of the input's width or height
/// ```
/// with boxes in stride units. With several ranks, T and the number of images are those of all ranks, given as an
/// operand. The gradients are those of `loss scale * weight * images * (sum of the items)`, with
/// soft targets and T held constant.
final class ReferenceDetectionLoss {
    private static final double LAST_BIN_MARGIN = .01;

    private final DetectionLoss op;
    private final HeadLogits head;
    private final double[] items = new double[LossTerm.COUNT];
    private final List<double[]> gradients = new ArrayList<>();
    private final double gradientScale;
    private final double normalizer;

    ReferenceDetectionLoss(DetectionLoss op, Node node, List<double[]> in) {
        this.op = op;
        this.head = new HeadLogits(op.strides(), op.bins(), node, in);
        for (double[] logits : in.subList(0, op.targetsOperand())) {
            gradients.add(new double[logits.length]);
        }
        List<double[]> assigned = op.isAssigned(node)
                ? in.subList(op.objectsOperand(), in.size()) : assign(op.assign(), node, in);
        double[] scalars = in.get(op.scalarsOperand());
        double[] sums = assigned.get(2);
        normalizer = Math.max(1, sums[0]);
        gradientScale = StepScalar.LOSS_SCALE.in(scalars) * op.weight().in(scalars) * sums[1];
        for (int image = 0; image < head.images(); image++) {
            for (int a = 0; a < head.anchors().size(); a++) {
                Anchor anchor = head.anchors().get(a);
                int row = head.rowAt(image, anchor);
                int object = (int) assigned.get(0)[row];
                double weight = assigned.get(1)[row];
                Target target = object == ReferenceAssigner.NONE ? null
                        : target(head, in.get(op.targetsOperand()), object);
                addClasses(image, anchor, target, weight);
                if (target != null) {
                    addBox(image, anchor, target.box().scaled(1.0 / anchor.stride()), weight);
                }
            }
        }
    }

    /// The outputs of the first half: objects and soft targets of the anchors, and the sums.
    static List<double[]> assign(DetectionLoss.Assign op, Node node, List<double[]> in) {
        HeadLogits head = new HeadLogits(op.strides(), op.bins(), node, in);
        double[] rows = in.get(op.operands() - 2);
        double[] offsets = in.get(op.operands() - 1);
        double[] objects = new double[head.images() * head.anchors().size()];
        double[] softTargets = new double[objects.length];
        double sum = 0;
        for (int image = 0; image < head.images(); image++) {
            int first = (int) offsets[image];
            List<Target> targets = IntStream.range(first, (int) offsets[image + 1])
                    .mapToObj(row -> target(head, rows, row)).toList();
            var assignment = new ReferenceAssigner(head, image, targets, op.strides(), op.assignment());
            for (int a = 0; a < head.anchors().size(); a++) {
                int row = head.rowAt(image, head.anchors().get(a));
                int object = assignment.object(a);
                objects[row] = object == ReferenceAssigner.NONE ? object : first + object;
                softTargets[row] = assignment.softTarget(a);
                sum += softTargets[row];
            }
        }
        return List.of(objects, softTargets, new double[] {sum, head.images()});
    }

    /// The items and, if the op has them as outputs, the gradients of all logits.
    List<double[]> results() {
        List<double[]> results = new ArrayList<>(List.of(items));
        if (op.gradients()) {
            results.addAll(gradients);
        }
        return results;
    }

    private static Target target(HeadLogits head, double[] rows, int row) {
        return new Target((int) TargetColumn.CLASS.of(rows, row),
                Box.around(TargetColumn.CENTER_X.of(rows, row) * head.width(),
                        TargetColumn.CENTER_Y.of(rows, row) * head.height(),
                        TargetColumn.WIDTH.of(rows, row) * head.width(),
                        TargetColumn.HEIGHT.of(rows, row) * head.height()));
    }

    private void add(LossTerm term, double value) {
        items[term.ordinal()] += value;
    }

    private void addClasses(int image, Anchor anchor, Target target, double weight) {
        double factor = op.classGain() / normalizer;
        for (int label = 0; label < head.classes(); label++) {
            double logit = head.classLogit(image, anchor, label);
            double wanted = target != null && target.label() == label ? weight : 0;
            add(LossTerm.CLASS,
                    factor * (Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - wanted * logit));
            gradients.get(2 * anchor.level() + 1)[head.classAt(image, anchor, label)] =
                    gradientScale * factor * (ReferencePointwise.sigmoid(logit) - wanted);
        }
    }

    /// @param truth in stride units
    private void addBox(int image, Anchor anchor, Box truth, double weight) {
        double boxFactor = op.boxGain() / normalizer * weight;
        double distanceFactor = op.distanceGain() / normalizer * weight / HeadLogits.SIDES;
        Dual overlap = head.box(image, anchor).completeIou(truth);
        add(LossTerm.BOX, boxFactor * (1 - overlap.value()));
        double[] distances = {anchor.x() - truth.left(), anchor.y() - truth.top(), truth.right() - anchor.x(),
            truth.bottom() - anchor.y()};
        for (int side = 0; side < HeadLogits.SIDES; side++) {
            double sideByDistance = side < 2 ? -1 : 1; // left and top move down as their distance grows
            double byDistance = -boxFactor * overlap.slopes()[side] * sideByDistance;
            if (head.bins() == 1) {
                addLinear(image, anchor, side, distances[side], byDistance, distanceFactor);
            } else {
                addDistribution(image, anchor, side, distances[side], byDistance, distanceFactor);
            }
        }
    }

    private void addLinear(int image, Anchor anchor, int side, double distance, double byDistance, double factor) {
        double fraction = (double) anchor.stride() / (side % 2 == 0 ? head.width() : head.height());
        double difference = head.distance(image, anchor, side) - distance;
        add(LossTerm.DISTANCE, factor * fraction * Math.abs(difference));
        gradients.get(2 * anchor.level())[head.boxAt(image, anchor, side)] =
                gradientScale * (byDistance + factor * fraction * Math.signum(difference));
    }

    private void addDistribution(int image, Anchor anchor, int side, double unclamped, double byDistance,
            double factor) {
        double[] probabilities = head.probabilities(image, anchor, side);
        double predicted = HeadLogits.expectation(probabilities);
        double distance = Math.clamp(unclamped, 0, head.bins() - 1 - LAST_BIN_MARGIN);
        for (int bin = 0; bin < head.bins(); bin++) {
            double share = Math.max(0, 1 - Math.abs(distance - bin));
            double gradient = byDistance * probabilities[bin] * (bin - predicted)
                    + factor * (probabilities[bin] - share);
            if (share > 0) {
                add(LossTerm.DISTANCE, -factor * share * Math.log(probabilities[bin]));
            }
            gradients.get(2 * anchor.level())[head.boxAt(image, anchor, side) + bin] = gradientScale * gradient;
        }
    }
}
