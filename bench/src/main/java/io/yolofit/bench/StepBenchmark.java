package io.yolofit.bench;

import io.yolofit.app.console.Console;
import io.yolofit.app.console.Units;
import io.yolofit.engine.Engine;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.time.Roofline;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.util.List;
import java.util.stream.Stream;

/// Time of one training step (forward, loss, backward, update), the times by kind of op, and the ratio of the step to
/// its convolutions alone, all measured in the same run. On CUDA also the arena, planned and used, and the step's share
/// of the roofline at the copy bandwidth of the same run.
///
/// Arguments: model, batch, image size, classes, steps, engine (cpu or cuda), precisions (such as F32,F16), recompute
/// (OFF, DEFAULT, MAX). The defaults are those of the BCCD run on the CPU, in F32 and BF16.
public final class StepBenchmark {
    private static final int CUDA_OBJECTS = 8;
    private static final int CPU_OBJECTS = 15;

    private StepBenchmark() {
    }

    public static void main(String[] arguments) {
        String name = arguments.length > 0 ? arguments[0] : "yolov8n";
        int batch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 16;
        int size = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 320;
        int classes = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 3;
        int steps = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 15;
        String engineName = arguments.length > 5 ? arguments[5] : Engines.CPU;
        List<DType> precisions = arguments.length > 6 ? precisions(arguments[6]) : List.of(DType.F32, DType.BF16);
        Model model = Model.of(ArchitectureCatalog.find(name), classes);
        int objects = engineName.equals(Engines.CUDA) ? CUDA_OBJECTS : CPU_OBJECTS;
        boolean cuda = engineName.equals(Engines.CUDA);
        Update.Rule rule = cuda ? Update.Rule.SGD : Update.Rule.ADAMW;
        Recompute.Policy recompute = arguments.length > 7 ? Recompute.Policy.valueOf(arguments[7])
                : cuda ? Recompute.Policy.DEFAULT : Recompute.Policy.OFF;
        for (DType precision : precisions) {
            try (Engine engine = Engines.open(engineName);
                    TrainingBench bench = new TrainingBench(engine, model, batch, size, precision, objects, rule,
                            recompute)) {
                Console console = Console.ofSystem();
                console.line("%s, batch %d, %d px, %s, %s".formatted(name, batch, size, precision.text(),
                        engine.description()));
                StepTimes times = StepTimes.of(bench, steps);
                report(console, times, batch);
                if (engine instanceof CudaEngine gpu) {
                    reportDevice(console, gpu, bench, times);
                }
            }
        }
    }

    static List<DType> precisions(String list) {
        return Stream.of(list.split(",")).map(String::strip).map(DType::valueOf).toList();
    }

    private static void report(Console console, StepTimes times, int batch) {
        console.line("  step %.3f ms (median, launch to launch), %.1f img/s; %.3f ms over the window, %.3f ms alone"
                .formatted(times.launches() * 1e3, batch / times.launches(), times.window() * 1e3,
                        times.alone() * 1e3));
        times.kinds().forEach((kind, seconds) -> console.line("    %-24s %9.3f ms  %4.1f %%".formatted(kind,
                seconds * 1e3, 100 * seconds / times.alone())));
        console.line("  step / convolutions alone: %.2f".formatted(times.launches() / times.convolutions()));
    }

    private static void reportDevice(Console console, CudaEngine engine, TrainingBench bench, StepTimes times) {
        Program program = bench.program();
        long planned = bench.plannedBytes();
        long used = engine.memory().arenaBytes();
        console.line("  arena %,d B planned (%s), %,d B used".formatted(planned, Units.bytes(planned), used));
        double bandwidth = engine.copyBandwidth();
        double floor = Roofline.bound(Roofline.H200_MATRIX_FLOPS, bandwidth).seconds(program);
        console.line("  roofline %.3f ms at %.2f TB/s copied here and %.0f TFLOP/s: the step is at %.0f %% of it, with"
                .formatted(floor * 1e3, bandwidth / 1e12, Roofline.H200_MATRIX_FLOPS / 1e12,
                        100 * floor / times.launches())
                + " %.1f TFLOP/s".formatted(Roofline.flops(program) / times.launches() / 1e12));
    }
}
