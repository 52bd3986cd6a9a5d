package io.yolofit.graph.testing;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.testkit.Seed;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Random contents for the inputs of a model's graphs: plausible parameters and statistics, images, targets, scalars.
public final class TrainingInputs {
    private static final int TARGET_COLUMNS = 5;

    private TrainingInputs() {
    }

    /// Inputs of all graphs that the pipelines compile from a model.
    public static Map<String, double[]> random(StateLayout layout, RandomNet net, Seed seed) {
        Map<String, double[]> inputs = new HashMap<>();
        state(layout, seed, inputs);
        batch(net.forward(), net.classes(), RandomNet.CAPACITY, seed, inputs);
        inputs.put("scalars", scalars(seed));
        inputs.put("scaler", new double[] {inputs.get("scalars")[8], 5, inputs.get("scalars")[9] - 1});
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
        double[] targets = new double[capacity * TARGET_COLUMNS];
        for (int row = 0; row < capacity; row++) {
            int at = row * TARGET_COLUMNS;
            targets[at] = seed.between(0, classes - 1);
            targets[at + 1] = seed.uniform(.2, .8);
            targets[at + 2] = seed.uniform(.2, .8);
            targets[at + 3] = seed.uniform(.05, .9);
            targets[at + 4] = seed.uniform(.05, .9);
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
            scalars[group] = seed.uniform(.001, .1);
        }
        scalars[3] = seed.uniform(.8, .95);
        scalars[4] = .999;
        scalars[5] = seed.uniform(0, .01);
        scalars[6] = seed.uniform(.5, .999);
        scalars[7] = 10;
        scalars[8] = seed.pick(1, 1024);
        scalars[9] = seed.between(1, 100);
        return scalars;
    }
}
