package io.yolofit.engine.cpu.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CompleteIouTest {
    @Test
    void equalBoxesHaveCiouOneAndDisjointBoxesNegativeCiouAndOverlapZero() {
        double[] boxes = boxes(10, 20, 50, 40, 60, 20, 100, 40);
        assertThat(CompleteIou.value(boxes, 0, boxes, 0)).isCloseTo(1, within(1e-6));
        assertThat(CompleteIou.overlap(boxes, 0, boxes, 0)).isCloseTo(1, within(1e-6));
        assertThat(CompleteIou.value(boxes, 0, boxes, CompleteIou.BOX))
                .isCloseTo(-50 * 50 / (90 * 90 + 20 * 20.), within(1e-6));
        assertThat(CompleteIou.overlap(boxes, 0, boxes, CompleteIou.BOX)).isZero();
    }

    @Test
    void aKnownPairHasTheValueOfTheFormula() {
        double[] boxes = boxes(0, 0, 4, 2, 1, 0, 3, 4);
        double iou = 4 / 12.;
        double v = 4 / (Math.PI * Math.PI) * Math.pow(Math.atan(2) - Math.atan(.5), 2);
        double expected = iou - 1 / 32. - v * v / (v - iou + 1);
        assertThat(CompleteIou.value(boxes, 0, boxes, CompleteIou.BOX)).isCloseTo(expected, within(1e-6));
        assertThat(CompleteIou.overlap(boxes, 0, boxes, CompleteIou.BOX)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void aBoxOfSizeZeroHasOverlapZeroAndNoNaN() {
        double[] boxes = boxes(5, 5, 5, 5, 0, 0, 10, 10);
        assertThat(CompleteIou.overlap(boxes, 0, boxes, CompleteIou.BOX)).isZero();
        assertThat(CompleteIou.value(boxes, 0, boxes, 0)).isFinite();
    }

    @Test
    void gradientMatchesFiniteDifferencesUnderConstantAlpha() {
        SplittableRandom random = new SplittableRandom(1);
        for (int repeat = 0; repeat < 500; repeat++) {
            double[] boxes = boxes(random.nextDouble(0, 5), random.nextDouble(0, 5), random.nextDouble(5, 10),
                    random.nextDouble(5, 10), random.nextDouble(0, 8), random.nextDouble(0, 8),
                    random.nextDouble(8, 12), random.nextDouble(8, 12));
            double[] gradient = new double[4];
            double value = CompleteIou.valueAndGradient(boxes, 0, boxes, CompleteIou.BOX, gradient);
            assertThat(value).isEqualTo(CompleteIou.value(boxes, 0, boxes, CompleteIou.BOX));
            double[] middle = parts(boxes);
            double alpha = middle[1] / (middle[1] - middle[2] + 1 + 1e-7);
            for (int side = 0; side < 4; side++) {
                double step = 1e-5;
                double[] up = parts(moved(boxes, side, step));
                double[] down = parts(moved(boxes, side, -step));
                double expected = (up[0] - down[0] - alpha * (up[1] - down[1])) / (2 * step);
                assertThat(gradient[side]).as("repeat %d, side %d", repeat, side)
                        .isCloseTo(expected, within(1e-8));
            }
        }
    }

    /// Without the aspect term; v; iou.
    private static double[] parts(double[] boxes) {
        double angle = boxes[4] - boxes[9];
        double v = 4 / (Math.PI * Math.PI) * angle * angle;
        double width = Math.max(0, Math.min(boxes[2], boxes[7]) - Math.max(boxes[0], boxes[5]));
        double height = Math.max(0, Math.min(boxes[3], boxes[8]) - Math.max(boxes[1], boxes[6]));
        double inter = width * height;
        double union = (boxes[2] - boxes[0]) * (boxes[3] - boxes[1] + 1e-7)
                + (boxes[7] - boxes[5]) * (boxes[8] - boxes[6] + 1e-7) - inter + 1e-7;
        double iou = inter / union;
        double whole = CompleteIou.value(boxes, 0, boxes, CompleteIou.BOX);
        return new double[] {whole + v * v / (v - iou + 1 + 1e-7), v, iou};
    }

    private static double[] moved(double[] boxes, int side, double by) {
        double[] sides = {boxes[0], boxes[1], boxes[2], boxes[3]};
        sides[side] += by;
        return boxes(sides[0], sides[1], sides[2], sides[3], boxes[5], boxes[6], boxes[7], boxes[8]);
    }

    private static double[] boxes(double... corners) {
        double[] boxes = new double[2 * CompleteIou.BOX];
        CompleteIou.store(corners[0], corners[1], corners[2], corners[3], boxes, 0);
        CompleteIou.store(corners[4], corners[5], corners[6], corners[7], boxes, CompleteIou.BOX);
        return boxes;
    }
}
