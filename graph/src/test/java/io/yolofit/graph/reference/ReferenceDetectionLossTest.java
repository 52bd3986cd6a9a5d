package io.yolofit.graph.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.graph.op.BranchWeight;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceDetectionLossTest {
    private static final double STEP = 1e-6;

    /// Soft targets, their sum and CIoU's alpha are held constant: the loss is restated here with those of the original
    /// logits.
    @Seeds(20)
    void gradientMatchesFiniteDifferencesWithTheAssignmentHeld(Seed seed) {
        HeadCase head = HeadCase.random(seed);
        StepScalar.LOSS_SCALE.set(head.operands.getLast(), 3);
        List<double[]> results = head.run();
        HeldLoss loss = new HeldLoss(head);
        for (int item = 0; item < 3; item++) {
            Vectors.assertClose(results.getFirst()[item], loss.items(head.operands)[item], 1e-9, "item " + item);
        }
        double expected = 0;
        List<double[]> plus = new ArrayList<>(head.operands);
        List<double[]> minus = new ArrayList<>(head.operands);
        for (int i = 0; i < head.op.targetsOperand(); i++) {
            double[] direction = seed.normal(head.operands.get(i).length);
            expected += Vectors.dot(results.get(i + 1), direction);
            plus.set(i, Vectors.moved(head.operands.get(i), STEP, direction));
            minus.set(i, Vectors.moved(head.operands.get(i), -STEP, direction));
        }
        double difference = (loss.total(plus) - loss.total(minus)) / (2 * STEP);
        Vectors.assertClose(expected, 3 * head.images * difference, 1e-6, "the directional derivative");
    }

    @Test
    void imageWithoutObjectsHasClassLossOnly() {
        HeadCase head = new HeadCase(List.of(8), 4, 2, new Seed(1), new double[0]);
        List<double[]> results = head.run();
        double silence = 0;
        for (double logit : head.operands.get(1)) {
            silence += Math.log(1 + Math.exp(logit));
        }
        assertThat(results.get(0)[0]).isZero();
        Vectors.assertClose(results.get(0)[1], .5 * silence, 1e-12, "the class item");
        assertThat(results.get(0)[2]).isZero();
        assertThat(results.get(1)).containsOnly(0);
        assertThat(Arrays.stream(results.get(2)).min().orElseThrow()).isPositive();
    }

    @Test
    void exactPredictionHasNoBoxLoss() {
        double[] object = {1, 20.0 / 48, 12.0 / 32, 16.0 / 48, 16.0 / 32}; // 12 to 28 by 4 to 20 pixels
        HeadCase head = new HeadCase(List.of(8), 4, 2, new Seed(2), object);
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column < 6; column++) {
                head.score(0, 0, row, column, 1, -20);
            }
        }
        head.predict(0, 0, 1, 2, 1, 1, 1, 1);
        head.score(0, 0, 1, 2, 1, 0);
        assertThat(head.assignment(0).softTarget(6 + 2)).isCloseTo(1, within(1e-6));
        double[] items = head.run().getFirst();
        assertThat(items[0]).isLessThan(1e-3);
        assertThat(items[2]).isLessThan(1e-3);
    }

    @Test
    void crossEntropyIsSharedByTheTwoBinsAroundTheTrueDistance() {
        double[] object = {0, 20.0 / 48, 12.0 / 32, 20.0 / 48, 20.0 / 32}; // 1.25 cells from the anchor to each side
        HeadCase head = new HeadCase(List.of(8), 4, 1, new Seed(3), object);
        ReferenceAssigner assignment = head.assignment(0);
        double expected = 0;
        double weights = 0;
        HeadLogits logits = head.head(head.operands);
        for (int a = 0; a < logits.anchors().size(); a++) {
            weights += assignment.softTarget(a);
            if (assignment.object(a) != ReferenceAssigner.NONE) {
                HeadLogits.Anchor anchor = logits.anchors().get(a);
                double[] distances = {anchor.x() - 1.25, anchor.y() - .25, 3.75 - anchor.x(), 2.75 - anchor.y()};
                for (int side = 0; side < 4; side++) {
                    double distance = distances[side];
                    double[] p = logits.probabilities(0, anchor, side);
                    int lower = (int) distance;
                    expected -= assignment.softTarget(a) / 4 * ((lower + 1 - distance) * Math.log(p[lower])
                            + (distance - lower) * Math.log(p[lower + 1]));
                }
            }
        }
        Vectors.assertClose(head.run().getFirst()[2], 1.5 * expected / Math.max(1, weights), 1e-9,
                "the distribution item");
    }

    @Test
    void distanceOfAHeadWithOneBinIsLinear() {
        double[] object = {0, 20.0 / 48, 12.0 / 32, 20.0 / 48, 20.0 / 32};
        HeadCase head = new HeadCase(List.of(8), 1, 1, new Seed(4), object);
        ReferenceAssigner assignment = head.assignment(0);
        HeadLogits logits = head.head(head.operands);
        double expected = 0;
        double weights = 0;
        for (int a = 0; a < logits.anchors().size(); a++) {
            weights += assignment.softTarget(a);
            if (assignment.object(a) != ReferenceAssigner.NONE) {
                HeadLogits.Anchor anchor = logits.anchors().get(a);
                double[] predicted = Arrays.copyOfRange(head.operands.getFirst(), 4 * a, 4 * a + 4);
                double horizontal = Math.abs(predicted[0] - anchor.x() + 1.25)
                        + Math.abs(predicted[2] - 3.75 + anchor.x());
                double vertical = Math.abs(predicted[1] - anchor.y() + .25)
                        + Math.abs(predicted[3] - 2.75 + anchor.y());
                expected += assignment.softTarget(a) / 4 * (horizontal * 8 / 48 + vertical * 8 / 32);
            }
        }
        Vectors.assertClose(head.run().getFirst()[2], 1.5 * expected / Math.max(1, weights), 1e-9,
                "the distance item");
    }

    @Test
    void weightOfTheBranchScalesGradientsOnly() {
        double[] object = {0, 20.0 / 48, 12.0 / 32, 20.0 / 48, 20.0 / 32};
        DetectionLoss op = DetectionLoss.of(List.of(8), 4, true);
        List<double[]> whole = new HeadCase(op, 1, new Seed(5), object).run();
        List<double[]> weighted = new HeadCase(op.with(new BranchWeight.Scheduled(StepScalar.ONE_TO_MANY)), 1,
                new Seed(5), object).run();
        assertThat(weighted.getFirst()).containsExactly(whole.getFirst());
        for (int i = 1; i < whole.size(); i++) {
            Vectors.assertClose(weighted.get(i), Vectors.scaled(whole.get(i), .625), 1e-12, "gradient " + i);
        }
    }

    /// The loss, with the constants of its gradient taken from the logits of a case.
    private static final class HeldLoss {
        private final HeadCase head;
        private final List<ReferenceAssigner> assignments = new ArrayList<>();
        private double sum;

        HeldLoss(HeadCase head) {
            this.head = head;
            for (int image = 0; image < head.images; image++) {
                assignments.add(head.assignment(image));
                for (int a = 0; a < head.head(head.operands).anchors().size(); a++) {
                    sum += assignments.getLast().softTarget(a);
                }
            }
            sum = Math.max(1, sum);
        }

        double total(List<double[]> contents) {
            double[] items = items(contents);
            return (items[0] + items[1] + items[2]) * head.op.weight().in(head.operands.getLast());
        }

        double[] items(List<double[]> contents) {
            HeadLogits held = head.head(head.operands);
            HeadLogits logits = head.head(contents);
            double[] items = new double[3];
            for (int image = 0; image < head.images; image++) {
                for (int a = 0; a < logits.anchors().size(); a++) {
                    HeadLogits.Anchor anchor = logits.anchors().get(a);
                    int object = assignments.get(image).object(a);
                    double weight = assignments.get(image).softTarget(a);
                    ReferenceAssigner.Target target = object < 0 ? null : head.targets(image).get(object);
                    for (int label = 0; label < head.classes; label++) {
                        double logit = logits.classLogit(image, anchor, label);
                        double wanted = target != null && label == target.label() ? weight : 0;
                        items[1] += head.op.classGain() / sum * (Math.log(1 + Math.exp(logit)) - wanted * logit);
                    }
                    if (target != null) {
                        Box truth = target.box().scaled(1.0 / anchor.stride());
                        double alpha = Overlaps.alpha(held.box(image, anchor), truth);
                        items[0] += head.op.boxGain() / sum * weight
                                * (1 - Overlaps.completeIou(logits.box(image, anchor), truth, alpha));
                        items[2] += head.op.distanceGain() / sum * weight * distance(logits, image, anchor, truth);
                    }
                }
            }
            return items;
        }

        private static double distance(HeadLogits logits, int image, HeadLogits.Anchor anchor, Box truth) {
            double[] distances = {anchor.x() - truth.left(), anchor.y() - truth.top(), truth.right() - anchor.x(),
                truth.bottom() - anchor.y()};
            double mean = 0;
            for (int side = 0; side < 4; side++) {
                if (logits.bins() == 1) {
                    mean += Math.abs(logits.distance(image, anchor, side) - distances[side]) * anchor.stride()
                            / (side % 2 == 0 ? HeadCase.WIDTH : HeadCase.HEIGHT) / 4;
                    continue;
                }
                double distance = Math.clamp(distances[side], 0, logits.bins() - 1.01);
                int lower = (int) distance;
                double[] p = logits.probabilities(image, anchor, side);
                mean -= ((lower + 1 - distance) * Math.log(p[lower]) + (distance - lower) * Math.log(p[lower + 1])) / 4;
            }
            return mean;
        }
    }
}
