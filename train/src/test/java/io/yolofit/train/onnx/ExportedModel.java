package io.yolofit.train.onnx;

import io.yolofit.engine.Engine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.reference.Evaluation;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.testkit.Seed;
import io.yolofit.train.plan.InferenceSpec;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.Target;
import io.yolofit.train.program.CompiledModel;
import io.yolofit.train.program.InferenceSession;
import io.yolofit.train.program.InputShape;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.onnx.OnnxExport;
import io.yolofit.zoo.onnx.OnnxSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// A model with random weights and statistics, its predictions by the CPU engine, and exported files.
///
/// @param pixels `u8[2,64,96,3]`
record ExportedModel(Model model, Map<String, float[]> state, MemorySegment pixels) {
    static final int IMAGES = 2;
    static final int HEIGHT = 64;
    static final int WIDTH = 96;
    private static final int CALIBRATED = 64;
    /// Of the last convolutions, so that scores are between 0 and 1 and not close to one of them.
    private static final float LOGIT_GAIN = 4;
    static final List<String> NAMES = List.of("cat", "it's", "a \"b\"");

    static ExportedModel of(String name) {
        return of(Model.of(ArchitectureCatalog.known(name), NAMES.size()));
    }

    static ExportedModel of(Model model) {
        Map<String, float[]> state = Initializer.of(model, 5);
        var seed = new Seed(model.name().hashCode());
        state.forEach((tensor, values) -> {
            boolean shift = tensor.contains(".bn.") || tensor.endsWith(".bias");
            boolean logits = tensor.startsWith(model.head().path()) && tensor.endsWith(".2.weight");
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (tensor.endsWith("bn.weight") ? seed.uniform(.6, 1.6)
                        : shift ? seed.uniform(-.5, .5) : logits ? LOGIT_GAIN * values[i] : values[i]);
            }
        });
        calibrate(model, state, seed);
        byte[] bytes = new byte[IMAGES * HEIGHT * WIDTH * 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) seed.between(0, 255);
        }
        return new ExportedModel(model, state, MemorySegment.ofArray(bytes));
    }

    /// Sets the running statistics to those of a random image, so that activations neither vanish nor grow. Channels of
    /// a few pixels may have almost no variance: the variance is at least that of the layer, plus the squared mean.
    private static void calibrate(Model model, Map<String, float[]> state, Seed seed) {
        Graph graph = model.forward(1, CALIBRATED, CALIBRATED);
        Map<String, double[]> inputs = new HashMap<>();
        state.forEach((name, values) -> inputs.put(name, IntStream.range(0, values.length).mapToDouble(i -> values[i])
                .toArray()));
        inputs.put("images", DoubleStream.generate(() -> seed.between(0, 255)).limit(3L * CALIBRATED * CALIBRATED)
                .toArray());
        Evaluation run = Interpreter.run(graph, inputs);
        for (Node node : graph.nodes()) {
            if (node.op() instanceof BnAct.Forward norm) {
                double[] variance = Arrays.stream(run.of(node.output(2)))
                        .map(scale -> 1 / (scale * scale) - norm.epsilon()).toArray();
                double least = Arrays.stream(variance).average().orElseThrow();
                double[] mean = run.of(node.output(1));
                Arrays.setAll(variance, i -> Math.max(variance[i], least) + mean[i] * mean[i]);
                put(state.get(node.input(3).name()), mean);
                put(state.get(node.input(4).name()), variance);
            }
        }
    }

    private static void put(float[] into, double[] values) {
        for (int i = 0; i < into.length; i++) {
            into[i] = (float) values[i];
        }
    }

    /// Predictions of both images by the CPU engine in fp32.
    InferenceSession.Output predictions() {
        try (Engine engine = Engines.open(Engines.CPU)) {
            CompiledModel compiled = CompiledModel.of(engine, model, _ -> false);
            RunPlan plan = RunPlan.of(new InferenceSpec(model, compiled.layout(), DType.F32, Optional.empty(), 0,
                    List.of(new InputShape(IMAGES, HEIGHT, WIDTH))), Target.of(engine));
            try (var session = InferenceSession.of(compiled, DType.F32)) {
                session.reserve(plan.validation());
                compiled.writeAverage(state);
                return session.run(pixels, IMAGES, HEIGHT, WIDTH);
            }
        }
    }

    /// Writes a file.
    Path export(Path folder, OnnxSettings settings) throws IOException {
        return Files.write(folder.resolve(model.name() + ".onnx"),
                OnnxExport.bytes(model, NAMES, state, settings, "1.0"));
    }

    /// Predictions of both images by a file.
    InferenceSession.Output run(Path file) {
        try (OnnxDetector detector = OnnxDetector.open(file, 1)) {
            return detector.run(pixels, IMAGES, HEIGHT, WIDTH);
        }
    }

    /// Norm of the difference divided by the norm, of the columns from `first` to `last` of rows of `row`.
    static double error(float[] actual, float[] expected, int row, int first, int last) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            if (i % row >= first && i % row < last) {
                difference += Math.pow((double) actual[i] - expected[i], 2);
                norm += Math.pow(expected[i], 2);
            }
        }
        return Math.sqrt(difference / norm);
    }
}
