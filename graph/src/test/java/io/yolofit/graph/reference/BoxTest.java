package io.yolofit.graph.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import org.junit.jupiter.api.Test;

class BoxTest {
    private static final double STEP = 1e-6;

    @Test
    void equalBoxesHaveAnOverlapOfOne() {
        Box box = new Box(1, 2, 4, 8);
        Vectors.assertClose(box.completeIou(box).value(), 1, 1e-6, "CIoU");
    }

    @Test
    void overlappingSquares() {
        double expected = 1.0 / 7 - 2.0 / 18; // equal aspects
        Vectors.assertClose(new Box(0, 0, 2, 2).completeIou(new Box(1, 1, 3, 3)).value(), expected, 1e-6, "CIoU");
    }

    @Test
    void disjointBoxesHaveTheDistancePenalty() {
        Vectors.assertClose(new Box(0, 0, 1, 1).completeIou(new Box(2, 0, 3, 1)).value(), -4.0 / 10, 1e-6, "CIoU");
    }

    @Test
    void differentAspectRatiosHaveAPenalty() {
        double aspect = 4 / (Math.PI * Math.PI) * Math.pow(Math.atan(4) - Math.atan(1), 2);
        double expected = .25 - aspect * aspect / (aspect - .25 + 1);
        Vectors.assertClose(new Box(-1, -1, 1, 1).completeIou(new Box(-4, -1, 4, 1)).value(), expected, 1e-6, "CIoU");
    }

    @Seeds(50)
    void slopesMatchFiniteDifferencesWithAlphaHeld(Seed seed) {
        Box truth = Box.around(seed.uniform(-2, 2), seed.uniform(-2, 2), seed.uniform(.1, 5), seed.uniform(.1, 5));
        double[] sides = {seed.uniform(-4, -1), seed.uniform(-4, -1), seed.uniform(0, 4), seed.uniform(0, 4)};
        Dual overlap = box(sides).completeIou(truth);
        double alpha = Overlaps.alpha(box(sides), truth);
        Vectors.assertClose(overlap.value(), Overlaps.completeIou(box(sides), truth, alpha), 1e-12, "CIoU");
        for (int side = 0; side < 4; side++) {
            double[] direction = new double[4];
            direction[side] = 1;
            double plus = Overlaps.completeIou(box(Vectors.moved(sides, STEP, direction)), truth, alpha);
            double minus = Overlaps.completeIou(box(Vectors.moved(sides, -STEP, direction)), truth, alpha);
            Vectors.assertClose(overlap.slopes()[side], (plus - minus) / (2 * STEP), 1e-7, "slope " + side);
        }
    }

    @Test
    void onlyShortSidesAreWidened() {
        assertThat(Box.around(5, 5, 3, 9).widened(8, 16)).isEqualTo(Box.around(5, 5, 16, 9));
    }

    @Test
    void pointOnAnEdgeIsOutside() {
        Box box = new Box(0, 0, 4, 4);
        assertThat(box.contains(2, 2)).isTrue();
        assertThat(box.contains(0, 2)).isFalse();
        assertThat(box.contains(2, 4)).isFalse();
    }

    private static Box box(double[] sides) {
        return new Box(sides[0], sides[1], sides[2], sides[3]);
    }
}
