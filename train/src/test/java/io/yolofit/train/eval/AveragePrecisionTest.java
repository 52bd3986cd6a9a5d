package io.yolofit.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.train.eval.AveragePrecision.PrecisionRecall;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AveragePrecisionTest {
    private static double ap(int labels, boolean... correct) {
        return PrecisionRecall.of(correct, labels).envelope().area();
    }

    @Test
    void perfectDetectionsReachTheMaximum() {
        for (int labels : new int[] {1, 2, 7, 100, 1000}) {
            var correct = new boolean[labels];
            Arrays.fill(correct, true);
            assertThat(ap(labels, correct)).isCloseTo(0.995, within(1e-12));
        }
    }

    @Test
    void falsePositivesAndEmptyListsGiveZero() {
        assertThat(ap(3, false, false)).isZero();
        assertThat(ap(3)).isZero();
    }

    @Test
    void halfOfTheLabelsGiveHalfOfTheArea() {
        // precision 1 up to recall .5, 0 above; the drop at .5 falls on a grid point: 49.5 steps of .01
        assertThat(ap(2, true)).isCloseTo(0.495, within(1e-12));
    }

    @Test
    void theEnvelopeIsNonIncreasing() {
        RandomCases.repeat(20, random -> {
            var correct = new boolean[50];
            for (int i = 0; i < correct.length; i++) {
                correct[i] = random.nextBoolean();
            }
            double[] precision = PrecisionRecall.of(correct, 60).envelope().precision();
            for (int i = 1; i < precision.length; i++) {
                assertThat(precision[i]).isLessThanOrEqualTo(precision[i - 1]);
            }
        });
    }

    @Test
    void aFalsePositiveWithALowerScoreNeverRaisesTheArea() {
        RandomCases.repeat(50, random -> {
            int count = 1 + random.nextInt(40);
            var correct = new boolean[count];
            for (int i = 0; i < count; i++) {
                correct[i] = random.nextInt(3) > 0;
            }
            double before = ap(count, correct);
            assertThat(ap(count, Arrays.copyOf(correct, count + 1))).isLessThanOrEqualTo(before + 1e-12);
            var earlier = new boolean[count + 1];
            int at = random.nextInt(count);
            System.arraycopy(correct, 0, earlier, 0, at);
            System.arraycopy(correct, at, earlier, at + 1, count - at);
            assertThat(ap(count, earlier)).isLessThanOrEqualTo(before + 1e-12);
        });
    }

    @Test
    void interpolationUsesTheLastOfEqualPoints() {
        double[] xs = {0, 1, 1, 2};
        double[] ys = {0, 10, 20, 40};
        assertThat(AveragePrecision.interpolate(0.5, xs, ys, -1)).isEqualTo(5);
        assertThat(AveragePrecision.interpolate(1, xs, ys, -1)).isEqualTo(20);
        assertThat(AveragePrecision.interpolate(1.5, xs, ys, -1)).isEqualTo(30);
        assertThat(AveragePrecision.interpolate(-0.1, xs, ys, -1)).isEqualTo(-1);
        assertThat(AveragePrecision.interpolate(9, xs, ys, -1)).isEqualTo(40);
    }

    @Test
    void smoothingKeepsPlateausAndSpreadsAPeakOver101Values() {
        var flat = new double[1000];
        Arrays.fill(flat, 0.3);
        assertThat(Arrays.stream(AveragePrecision.smooth(flat, 0.1)).distinct().count()).isEqualTo(1);
        var peak = new double[1000];
        peak[500] = 1;
        double[] smoothed = AveragePrecision.smooth(peak, 0.1);
        assertThat(smoothed[450]).isCloseTo(1 / 101.0, within(1e-15));
        assertThat(smoothed[550]).isCloseTo(1 / 101.0, within(1e-15));
        assertThat(smoothed[449]).isZero();
        assertThat(smoothed[551]).isZero();
    }
}
