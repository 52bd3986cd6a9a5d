package io.yolofit.graph.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.testing.Vectors;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One parameter per group, and a frozen one; each rule is computed independently for three steps.
class ReferenceUpdateTest {
    private static final double[] RATES = {.1, .2, .3};
    private static final double MOMENTUM = .9;
    private static final double BETA2 = .99;
    private static final double DECAY = .05;

    private final List<double[]> state = new ArrayList<>();

    @Seeds(5)
    void stochasticGradientDescentWithNesterovMomentum(Seed seed) {
        double[] m = new double[3];
        follow(seed, Update.Rule.SGD, (t, i, p, g) -> {
            g += i == 0 ? DECAY * p : 0;
            m[i] = t == 1 ? g : MOMENTUM * m[i] + g;
            return p - RATES[i] * (g + MOMENTUM * m[i]);
        });
    }

    @Seeds(5)
    void adam(Seed seed) {
        double[] m = new double[3];
        double[] v = new double[3];
        follow(seed, Update.Rule.ADAM, (t, i, p, g) -> p - adamStep(t, i, g + (i == 0 ? DECAY * p : 0), m, v));
    }

    @Seeds(5)
    void adamWithDecoupledDecay(Seed seed) {
        double[] m = new double[3];
        double[] v = new double[3];
        follow(seed, Update.Rule.ADAMW,
                (t, i, p, g) -> p * (1 - (i == 0 ? RATES[i] * DECAY : 0)) - adamStep(t, i, g, m, v));
    }

    private static double adamStep(int t, int i, double g, double[] m, double[] v) {
        m[i] += (1 - MOMENTUM) * (g - m[i]);
        v[i] += (1 - BETA2) * (g * g - v[i]);
        double stepSize = RATES[i] / (1 - Math.pow(MOMENTUM, t));
        return stepSize * m[i] / (Math.sqrt(v[i]) / Math.sqrt(1 - Math.pow(BETA2, t)) + 1e-8);
    }

    @Seeds(5)
    void rmsProp(Seed seed) {
        double[] v = new double[3];
        double[] m = new double[3];
        follow(seed, Update.Rule.RMSPROP, (t, i, p, g) -> {
            g += i == 0 ? DECAY * p : 0;
            v[i] = .99 * v[i] + .01 * g * g;
            m[i] = MOMENTUM * m[i] + g / (Math.sqrt(v[i]) + 1e-8);
            return p - RATES[i] * m[i];
        });
    }

    /// The new value of a parameter at a step, from its unscaled gradient.
    @FunctionalInterface
    private interface Formula {
        double next(int step, int parameter, double value, double gradient);
    }

    private void follow(Seed seed, Update.Rule rule, Formula formula) {
        double[] expected = seed.normal(4);
        reset(rule, expected.clone());
        for (int step = 1; step <= 3; step++) {
            double[] gradients = seed.normal(3);
            run(rule, Vectors.scaled(gradients, 8), scalars(step, 8, 1000), false);
            for (int i = 0; i < 3; i++) {
                expected[i] = formula.next(step, i, expected[i], gradients[i]);
            }
            Vectors.assertClose(state.get(0), expected, 1e-12, "parameters after step " + step);
        }
    }

    @Test
    void gradientsAreClippedToTheGlobalNormAfterUnscaling() {
        reset(Update.Rule.SGD, new double[4]);
        double[] scalars = scalars(1, 8, 10);
        StepScalar.WEIGHT_DECAY.set(scalars, 0);
        run(Update.Rule.SGD, new double[] {8 * 30, 0, 8 * 40}, scalars, false); // a norm of 50
        double factor = 10 / (50 + 1e-6);
        Vectors.assertClose(state.get(0), new double[] {-.1 * 1.9 * 30 * factor, 0, -.3 * 1.9 * 40 * factor, 0}, 1e-12,
                "parameters");
    }

    @Test
    void normBelowTheLimitIsNotClipped() {
        reset(Update.Rule.SGD, new double[4]);
        run(Update.Rule.SGD, new double[] {8 * 3, 0, 8 * 4}, scalars(1, 8, 5.1), false);
        Vectors.assertClose(state.get(0)[2], -.3 * 1.9 * 4, 1e-12, "a parameter");
    }

    @Test
    void averageIncludesFrozenParametersAndStatistics() {
        reset(Update.Rule.SGD, new double[] {1, 2, 3, 4});
        run(Update.Rule.SGD, new double[] {8, 8, 8}, scalars(1, 8, 1000), false);
        double[] p = state.get(0);
        Vectors.assertClose(state.get(1), new double[] {.25 * p[0], .25 * p[1], .25 * p[2], .25 * 4, .25 * 7, .25 * 9},
                1e-12, "the average"); // from zero, with a decay of .75
    }

    @Test
    void nonFiniteNormLeavesParametersAndMomentsUnchanged() {
        for (double norm : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            for (Update.Rule rule : Update.Rule.values()) {
                reset(rule, new double[] {1, 2, 3, 4});
                List<double[]> results = run(rule, new double[] {norm, 1, 1}, scalars(1, 8, 10), true);
                assertThat(state.get(0)).containsExactly(1, 2, 3, 4);
                assertThat(state.get(2)).containsOnly(0);
                assertThat(state.get(1)).containsExactly(.25, .5, .75, 1, 1.75, 2.25);
                assertThat(results.getLast()).as("gradients for the next sum").containsExactly(0, 0, 0);
            }
        }
    }

    private void reset(Update.Rule rule, double[] parameters) {
        state.clear();
        state.add(parameters);
        state.add(new double[6]);
        for (int i = 0; i < rule.moments(); i++) {
            state.add(new double[3]);
        }
    }

    private List<double[]> run(Update.Rule rule, double[] gradients, double[] scalars, boolean zeroGradients) {
        List<double[]> operands = new ArrayList<>(List.of(state.get(0), gradients,
                new double[] {ReferenceUpdate.norm(gradients)}, scalars, state.get(1), new double[] {7, 9}));
        operands.addAll(state.subList(2, state.size()));
        Update op = new Update(rule, List.of(1L, 2L, 3L), zeroGradients);
        List<double[]> results = new ReferenceUpdate(op, operands).results();
        assertThat(results).hasSize(state.size() + (zeroGradients ? 1 : 0));
        for (int i = 0; i < state.size(); i++) {
            state.set(i, results.get(i));
        }
        return results;
    }

    private static double[] scalars(int step, double lossScale, double clipNorm) {
        double[] scalars = new double[StepScalars.COUNT];
        float[] floats = new StepScalars(new float[] {0, 0, 0}, 0, 0, 0, 0, 0, 0, step).toArray();
        for (int i = 0; i < floats.length; i++) {
            scalars[i] = floats[i];
        }
        System.arraycopy(RATES, 0, scalars, 0, 3);
        StepScalar.MOMENTUM.set(scalars, MOMENTUM);
        StepScalar.BETA2.set(scalars, BETA2);
        StepScalar.WEIGHT_DECAY.set(scalars, DECAY);
        StepScalar.EMA_DECAY.set(scalars, .75);
        StepScalar.CLIP_NORM.set(scalars, clipNorm);
        StepScalar.LOSS_SCALE.set(scalars, lossScale);
        return scalars;
    }
}
