package io.yolofit.bench;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.HeadSpec;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Model;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

/// Time of one training step on the CPU engine, in fp32 and in bf16: forward, loss, backward and update, on random images
/// with fifteen objects each. Arguments: model, batch, image size, classes, steps; without, those of the BCCD run.
public final class StepBenchmark {
    private static final int OBJECTS = 15;
    private static final int WARM_UP = 3;

    private StepBenchmark() {
    }

    public static void main(String[] arguments) {
        String name = arguments.length > 0 ? arguments[0] : "yolov8n";
        int batch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 16;
        int size = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 320;
        int classes = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 3;
        int steps = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 15;
        Model model = Model.of(ArchitectureCatalog.find(name), classes);
        for (DType precision : new DType[] {DType.F32, DType.BF16}) {
            try (Engine engine = new CpuEngine(0)) {
                double seconds = median(engine, model, batch, size, steps, precision);
                System.out.printf("%s batch %d, %d px, %s on %s: %.3f s a step, %.1f img/s%n", name, batch, size,
                        precision.text(), engine.description(), seconds, batch / seconds);
            }
        }
    }

    private static double median(Engine engine, Model model, int batch, int size, int steps, DType precision) {
        HeadSpec head = model.head();
        Graph forward = model.forward(batch, size, size);
        StateLayout layout = StateLayout.of(forward, parameter -> false);
        DetectionLoss loss = new DetectionLoss(head.strides(), head.bins(), 7.5, 0.5, 1.5, true);
        Graph graph = Pipeline.training(forward, layout, loss, (long) batch * OBJECTS, precision, Update.Rule.ADAMW);
        try (Executable step = engine.compile(Program.of(graph, engine.workspace()))) {
            Map<String, float[]> weights = Initializer.of(model, 0);
            layout.parameters().values().forEach(slot ->
                    engine.state().write("parameters", slot.offset(), weights.get(slot.name())));
            layout.statistics().values().forEach(slot ->
                    engine.state().write("statistics", slot.offset(), weights.get(slot.name())));
            writeBatch(step, batch, size, head.classes());
            float[] rates = {1e-3f, 1e-3f, 1e-3f};
            double[] seconds = new double[steps];
            for (int i = -WARM_UP; i < steps; i++) {
                step.write("scalars", new StepScalars(rates, .9f, .999f, 5e-4f, .999f, 10, 1, i + WARM_UP + 1).toArray());
                long start = System.nanoTime();
                step.run();
                if (i >= 0) {
                    seconds[i] = (System.nanoTime() - start) / 1e9;
                }
            }
            System.out.println("items after the last step: " + Arrays.toString(step.read("items")));
            Arrays.sort(seconds);
            return seconds[steps / 2];
        }
    }

    private static void writeBatch(Executable step, int batch, int size, int classes) {
        SplittableRandom random = new SplittableRandom(1);
        byte[] pixels = new byte[batch * size * size * 3];
        random.nextBytes(pixels);
        step.write("images", MemorySegment.ofArray(pixels));
        float[] rows = new float[batch * OBJECTS * 5];
        int[] offsets = new int[batch + 1];
        for (int i = 0; i < batch * OBJECTS; i++) {
            rows[5 * i] = random.nextInt(classes);
            rows[5 * i + 1] = (float) random.nextDouble(.2, .8);
            rows[5 * i + 2] = (float) random.nextDouble(.2, .8);
            rows[5 * i + 3] = (float) random.nextDouble(.05, .3);
            rows[5 * i + 4] = (float) random.nextDouble(.05, .3);
            offsets[i / OBJECTS + 1] = i + 1;
        }
        step.write("targets", rows);
        step.write("offsets", offsets);
    }
}
