package io.yolofit.graph.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceLossTest {
    private static final double STEP = 1e-6;

    /// Soft targets, their sum and CIoU's alpha are held constant: the loss is restated here with those of the original
    /// logits.
    @Seeds(20)
    void gradientMatchesFiniteDifferencesWithTheAssignmentHeld(Seed seed) {
        HeadCase head = HeadCase.random(seed);
        head.operands.getLast()[8] = 3;
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
    void headWithOneBinIsRejected() {
        HeadCase head = new HeadCase(List.of(8), 1, 1, new Seed(4), new double[0]);
        assertThatThrownBy(head::run).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 bins");
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
            return items[0] + items[1] + items[2];
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
                        items[2] += head.op.distributionGain() / sum * weight
                                * crossEntropy(logits, image, anchor, truth);
                    }
                }
            }
            return items;
        }

        private static double crossEntropy(HeadLogits logits, int image, HeadLogits.Anchor anchor, Box truth) {
            double[] distances = {anchor.x() - truth.left(), anchor.y() - truth.top(), truth.right() - anchor.x(),
                truth.bottom() - anchor.y()};
            double mean = 0;
            for (int side = 0; side < 4; side++) {
                double distance = Math.clamp(distances[side], 0, logits.bins() - 1.01);
                int lower = (int) distance;
                double[] p = logits.probabilities(image, anchor, side);
                mean -= ((lower + 1 - distance) * Math.log(p[lower]) + (distance - lower) * Math.log(p[lower + 1])) / 4;
            }
            return mean;
        }
    }
}
