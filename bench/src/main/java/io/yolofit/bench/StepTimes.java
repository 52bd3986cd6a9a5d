package io.yolofit.bench;

import io.yolofit.engine.Executable;
import io.yolofit.graph.Node;
import java.util.Map;
import java.util.TreeMap;

/// Times of a training step, in seconds.
///
/// @param launches median time from one launch to the next, as in training: losses are read one step behind
/// @param window mean time of the steps of that window, including one synchronization at its end
/// @param alone median time of steps that are synchronized individually
/// @param kinds medians by kind of op of nodes that do not overlap: their sum is more than a step
record StepTimes(double launches, double window, double alone, Map<String, Double> kinds) {
    private static final int WARM_UP = 5;
    private static final int PROFILES = 5;

    /// @param steps number of steps of the window
    static StepTimes of(TrainingBench bench, int steps) {
        for (int i = 0; i < WARM_UP; i++) {
            bench.run();
        }
        double[] launches = new double[steps];
        Executable.Fetch before = null;
        long start = System.nanoTime();
        long last = start;
        for (int i = 0; i < steps; i++) {
            Executable.Fetch present = bench.launch();
            if (before != null) {
                requireFinite(before.get());
            }
            before = present;
            long now = System.nanoTime();
            launches[i] = (now - last) / 1e9;
            last = now;
        }
        requireFinite(before.get());
        double window = (System.nanoTime() - start) / 1e9 / steps;
        double[] alone = new double[steps];
        for (int i = 0; i < steps; i++) {
            alone[i] = bench.run();
        }
        return new StepTimes(TrainingBench.median(launches), window, TrainingBench.median(alone), kinds(bench));
    }

    private static void requireFinite(float[] losses) {
        for (float loss : losses) {
            if (!Float.isFinite(loss)) {
                throw new IllegalStateException("a loss is " + loss + ": such steps skip work, so their time is not"
                        + " representative");
            }
        }
    }

    private static Map<String, Double> kinds(TrainingBench bench) {
        Map<String, double[]> profiles = new TreeMap<>();
        for (int i = 0; i < PROFILES; i++) {
            int index = i;
            bench.profile((node, nanoseconds) -> profiles.computeIfAbsent(kind(node),
                    key -> new double[PROFILES])[index] += nanoseconds / 1e9);
        }
        Map<String, Double> medians = new TreeMap<>();
        profiles.forEach((kind, seconds) -> medians.put(kind, TrainingBench.median(seconds)));
        return medians;
    }

    static String kind(Node node) {
        return node.op().name();
    }

    /// Seconds of all kinds of convolution together.
    double convolutions() {
        return kinds.entrySet().stream().filter(entry -> entry.getKey().startsWith("conv2d."))
                .mapToDouble(Map.Entry::getValue).sum();
    }
}
