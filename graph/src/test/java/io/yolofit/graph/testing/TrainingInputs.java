package io.yolofit.graph.testing;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.TargetColumn;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.testkit.Seed;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Random contents for the inputs of a model's graphs: plausible parameters and statistics, images, targets, scalars.
public final class TrainingInputs {
    private TrainingInputs() {
    }

    /// Inputs of all graphs that the pipelines compile from a model.
    public static Map<String, double[]> random(StateLayout layout, RandomNet net, Seed seed) {
        Map<String, double[]> inputs = new HashMap<>();
        state(layout, seed, inputs);
        batch(net.forward(), net.classes(), RandomNet.CAPACITY, seed, inputs);
        inputs.put("scalars", scalars(seed));
        double[] scalars = inputs.get("scalars");
        inputs.put("scaler",
                new double[] {StepScalar.LOSS_SCALE.in(scalars), 5, StepScalar.STEP.in(scalars) - 1});
        return inputs;
    }

    /// Flat buffers.
    public static void state(StateLayout layout, Seed seed, Map<String, double[]> inputs) {
        double[] parameters = parameters(layout, seed);
        double[] statistics = statistics(layout, seed);
        inputs.put("parameters", parameters);
        inputs.put("statistics", statistics);
        double[] ema = Arrays.copyOf(parameters(layout, seed), parameters.length + statistics.length);
        System.arraycopy(statistics(layout, seed), 0, ema, parameters.length, statistics.length);
        inputs.put("ema", ema);
        inputs.put("gradients", seed.normal(layout.trainableCount()));
        inputs.put("moment0", Vectors.scaled(squares(seed.normal(layout.trainableCount())), .01));
        inputs.put("moment1", Vectors.scaled(squares(seed.normal(layout.trainableCount())), .01));
    }

    private static double[] squares(double[] numbers) {
        return Arrays.stream(numbers).map(number -> number * number).toArray();
    }

    private static double[] parameters(StateLayout layout, Seed seed) {
        double[] flat = new double[(int) layout.parameterCount()];
        layout.parameters().forEach((name, slot) -> {
            double[] values = seed.normal(slot.shape().count());
            double fan = slot.shape().rank() > 1 ? slot.shape().count() / (double) slot.shape().dim(0) : 1;
            double center = slot.group() == StateLayout.Group.NORMALIZATION ? 1 : 0;
            for (int i = 0; i < values.length; i++) {
                flat[(int) slot.offset() + i] = center + (fan > 1 ? 1 / Math.sqrt(fan) : .3) * values[i];
            }
        });
        return flat;
    }

    private static double[] statistics(StateLayout layout, Seed seed) {
        double[] flat = new double[(int) layout.statisticCount()];
        layout.statistics().forEach((name, slot) -> {
            for (int i = (int) slot.offset(); i < slot.end(); i++) {
                flat[i] = name.endsWith("running_var") ? seed.uniform(.3, 2) : seed.uniform(-1, 1);
            }
        });
        return flat;
    }

    /// Images and targets.
    public static void batch(Graph forward, int classes, int capacity, Seed seed, Map<String, double[]> inputs) {
        Value images = forward.input("images");
        double[] pixels = new double[(int) images.shape().count()];
        Arrays.setAll(pixels, i -> seed.between(0, 255));
        inputs.put("images", pixels);
        double[] targets = new double[capacity * TargetColumn.COUNT];
        for (int row = 0; row < capacity; row++) {
            targets[TargetColumn.CLASS.at(row)] = seed.between(0, classes - 1);
            targets[TargetColumn.CENTER_X.at(row)] = seed.uniform(.2, .8);
            targets[TargetColumn.CENTER_Y.at(row)] = seed.uniform(.2, .8);
            targets[TargetColumn.WIDTH.at(row)] = seed.uniform(.05, .9);
            targets[TargetColumn.HEIGHT.at(row)] = seed.uniform(.05, .9);
        }
        inputs.put("targets", targets);
        double[] offsets = new double[(int) images.shape().dim(0) + 1];
        for (int image = 1; image < offsets.length; image++) {
            offsets[image] = Math.min(capacity, offsets[image - 1] + seed.between(0, 3));
        }
        inputs.put("offsets", offsets);
    }

    /// Scalars of a step in mid-training.
    public static double[] scalars(Seed seed) {
        double[] scalars = new double[StepScalars.COUNT];
        for (int group = 0; group < 3; group++) {
            StepScalar.rate(group).set(scalars, seed.uniform(.001, .1));
        }
        StepScalar.MOMENTUM.set(scalars, seed.uniform(.8, .95));
        StepScalar.BETA2.set(scalars, .999);
        StepScalar.WEIGHT_DECAY.set(scalars, seed.uniform(0, .01));
        StepScalar.EMA_DECAY.set(scalars, seed.uniform(.5, .999));
        StepScalar.CLIP_NORM.set(scalars, 10);
        StepScalar.LOSS_SCALE.set(scalars, seed.pick(1, 1024));
        StepScalar.STEP.set(scalars, seed.between(1, 100));
        StepScalar.ONE_TO_MANY.set(scalars, .625);
        StepScalar.ONE_TO_ONE.set(scalars, .375);
        return scalars;
    }
}
