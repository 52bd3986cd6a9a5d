package io.yolofit.train.onnx;

import io.yolofit.engine.Engine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model with random weights and statistics, its predictions by the CPU engine, and exported files.
///
/// @param pixels `u8[2,64,96,3]`
record ExportedModel(Model model, Map<String, float[]> state, MemorySegment pixels) {
    static final int IMAGES = 2;
    static final int HEIGHT = 64;
    static final int WIDTH = 96;
    static final List<String> NAMES = List.of("cat", "it's", "a \"b\"");

    static ExportedModel of(String name) {
        Model model = Model.of(ArchitectureCatalog.known(name), NAMES.size());
        Map<String, float[]> state = Initializer.of(model, 5);
        var seed = new Seed(name.hashCode());
        state.forEach((tensor, values) -> {
            boolean scale = tensor.endsWith("running_var") || tensor.endsWith("bn.weight");
            for (int i = 0; i < values.length && (scale || tensor.contains(".bn.")); i++) {
                values[i] = (float) (scale ? seed.uniform(.6, 1.6) : seed.uniform(-.3, .3));
            }
            boolean logits = tensor.startsWith(model.head().path()) && tensor.endsWith(".2.weight");
            for (int i = 0; i < values.length && logits; i++) {
                values[i] *= 4;
            }
        });
        byte[] bytes = new byte[IMAGES * HEIGHT * WIDTH * 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) seed.between(0, 255);
        }
        return new ExportedModel(model, state, MemorySegment.ofArray(bytes));
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
