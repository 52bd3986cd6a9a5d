package io.yolofit.engine.cpu.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Compares gradients of the class and distance terms with central differences in random directions under a fixed
/// assignment; all terms are compared with the interpreter in [DetectionLossTest]. Moved logits are rounded
/// to floats, and the differences use the rounded values.
class DetectionLossGradientTest {
    private static final double STEP = 1e-5; // small: min, max and |x| have kinks
    private static final double LOSS_SCALE = 3;

    @Test
    void gradientOfClassAndDistanceTermsMatchesDifferencesOfTheLoss() {
        for (long seed = 21; seed <= 26; seed++) {
            check(seed, seed % 3 == 0 ? 1 : 16);
        }
    }

    private static void check(long seed, int regMax) {
        SplittableRandom random = new SplittableRandom(seed);
        Targets targets = RandomHead.targets(random, 3, 0.1, 0.6, 6, 0, 9);
        RandomHead head = RandomHead.random(random, 160, 128, 3, regMax, targets);
        // without the CIoU term: differences of the loss would also change its alpha
        LossSettings settings = head.settings().withGains(0, 0.5, 1.5);
        DetectionLoss loss = new DetectionLoss(settings, Runnable::run, 1);
        List<HeadLevel> levels = head.levels();
        double total = loss.compute(levels, targets, LOSS_SCALE).total();
        RandomHead up = moved(head, random.split(), STEP);
        RandomHead down = moved(up, head);
        double difference = (loss.valueOfLastAssignment(up.levels(), targets).total()
                - loss.valueOfLastAssignment(down.levels(), targets).total()) / 3;
        double expected = difference * 3 * LOSS_SCALE;
        double[] products = new double[2]; // signed and absolute
        for (int i = 0; i < levels.size(); i++) {
            float[] byBox = RandomHead.floats(LogitType.F32, levels.get(i).boxGradient());
            float[] byCls = RandomHead.floats(LogitType.F32, levels.get(i).clsGradient());
            dot(byBox, up.box()[i], down.box()[i], products);
            dot(byCls, up.cls()[i], down.cls()[i], products);
        }
        assertThat(total).isPositive();
        assertThat(products[1]).as("seed %d: some gradient", seed).isGreaterThan(1e-6);
        assertThat(products[0]).as("seed %d", seed)
                .isCloseTo(expected, within(2e-5 * Math.max(Math.abs(expected), products[1] / 10)));
    }

    private static RandomHead moved(RandomHead head, SplittableRandom random, double step) {
        float[][] box = moved(head.box(), random, step);
        float[][] cls = moved(head.cls(), random, step);
        return new RandomHead(head.width(), head.height(), head.classes(), head.regMax(), box, cls, head.targets());
    }

    private static float[][] moved(float[][] values, SplittableRandom random, double step) {
        float[][] copy = new float[values.length][];
        for (int i = 0; i < values.length; i++) {
            copy[i] = new float[values[i].length];
            for (int j = 0; j < copy[i].length; j++) {
                copy[i][j] = (float) (values[i][j] + random.nextDouble(-step, step));
            }
        }
        return copy;
    }

    /// The mirror image of `up` with respect to `middle`.
    private static RandomHead moved(RandomHead up, RandomHead middle) {
        return new RandomHead(up.width(), up.height(), up.classes(), up.regMax(), mirrored(up.box(), middle.box()),
                mirrored(up.cls(), middle.cls()), up.targets());
    }

    private static float[][] mirrored(float[][] up, float[][] middle) {
        float[][] copy = new float[up.length][];
        for (int i = 0; i < up.length; i++) {
            copy[i] = new float[up[i].length];
            for (int j = 0; j < copy[i].length; j++) {
                copy[i][j] = 2 * middle[i][j] - up[i][j];
            }
        }
        return copy;
    }

    private static void dot(float[] gradient, float[] up, float[] down, double[] products) {
        for (int i = 0; i < gradient.length; i++) {
            double product = gradient[i] * ((double) up[i] - down[i]);
            products[0] += product;
            products[1] += Math.abs(product);
        }
    }
}
