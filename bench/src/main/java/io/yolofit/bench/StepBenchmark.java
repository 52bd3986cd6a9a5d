package io.yolofit.bench;

import io.yolofit.app.console.Console;
import io.yolofit.engine.Engine;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.Map;
import java.util.TreeMap;

/// Time of one training step on the CPU engine, in fp32 and in bf16: forward, loss, backward and update. Then the same
/// by kind of op, and the step's ratio to libtorch's convolutions alone, measured in the same run.
///
/// Arguments: model, batch, image size, classes, steps; without, those of the BCCD run.
public final class StepBenchmark {
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
            try (Engine engine = new CpuEngine(0);
                    TrainingBench bench = new TrainingBench(engine, model, batch, size, precision)) {
                for (int i = 0; i < WARM_UP; i++) {
                    bench.run();
                }
                double[] seconds = new double[steps];
                Map<String, double[]> kinds = new TreeMap<>();
                for (int i = 0; i < steps; i++) {
                    seconds[i] = bench.run();
                    int index = i;
                    bench.profile((node, nanoseconds) -> kinds.computeIfAbsent(kind(node),
                            key -> new double[steps])[index] += nanoseconds / 1e9);
                }
                report(name + ", batch " + batch + ", " + size + " px, " + precision.text() + ", "
                        + engine.description(),
                        TrainingBench.median(seconds), batch, kinds);
            }
        }
    }

    private static String kind(Node node) {
        return node.op() instanceof Conv2d ? "convolutions" : node.op().name();
    }

    private static void report(String title, double step, int batch, Map<String, double[]> kinds) {
        Console console = Console.ofSystem();
        console.line(title);
        console.line("  step %.3f s (median), %.1f img/s".formatted(step, batch / step));
        kinds.forEach((kind, seconds) -> console.line("    %-20s %7.1f ms  %4.1f %%".formatted(kind,
                TrainingBench.median(seconds) * 1e3, 100 * TrainingBench.median(seconds) / step)));
        console.line("  step / convolutions alone: %.2f".formatted(
                step / TrainingBench.median(kinds.get("convolutions"))));
    }
}
