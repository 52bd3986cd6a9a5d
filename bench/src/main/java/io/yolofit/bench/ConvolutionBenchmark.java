package io.yolofit.bench;

import io.yolofit.app.console.Console;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.CudaOptions;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.dnn.Convolutions;
import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.time.Roofline;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The autotuner's timings of a model's convolutions: for each distinct convolution the time of the fastest algorithm,
/// its ratio to the roofline of the same run, and the times of all candidates, cuDNN's (numbers) and ours (names). The
/// tuning cache is empty at the start.
///
/// Arguments: models with batches, such as `yolov8m:16,yolov8n:64`; the image size; most candidates of cuDNN.
public final class ConvolutionBenchmark {
    private static final int CLASSES = 80;
    private static final int OBJECTS = 8;

    private ConvolutionBenchmark() {
    }

    public static void main(String[] arguments) throws IOException {
        String rows = arguments.length > 0 ? arguments[0] : "yolov8n:16";
        int size = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 640;
        int candidates = arguments.length > 2 ? Integer.parseInt(arguments[2]) : Convolutions.CANDIDATES;
        Console console = Console.ofSystem();
        Path cache = Files.createTempDirectory("convolutions");
        for (String row : rows.split(",")) {
            String[] parts = row.strip().split(":");
            Model model = Model.of(ArchitectureCatalog.find(parts[0]), CLASSES);
            try (CudaEngine engine = CudaEngine.open(0, cache,
                    CudaOptions.DEFAULT.withCandidates(candidates))) {
                double bandwidth = engine.copyBandwidth();
                try (TrainingBench bench = new TrainingBench(engine, model, Integer.parseInt(parts[1]), size,
                        DType.F16, OBJECTS, Update.Rule.SGD, Recompute.Policy.DEFAULT)) {
                    console.line("%s, batch %s, %d kernels in the step".formatted(parts[0], parts[1],
                            bench.program().graph().nodes().size()));
                    engine.convolutionTimings().entrySet().stream()
                            .sorted(Comparator.comparing(entry -> -least(entry.getValue())))
                            .forEach(entry -> console.line(text(entry.getKey(), entry.getValue(), bandwidth)));
                }
            }
        }
    }

    private static double least(Map<String, Float> times) {
        return times.values().stream().mapToDouble(Float::doubleValue).min().orElseThrow();
    }

    private static String text(ConvolutionProblem problem, Map<String, Float> times, double bandwidth) {
        Shape w = problem.w();
        Shape y = problem.y();
        double flops = 2.0 * y.count() * w.dim(1) * w.dim(2) * w.channels();
        double bytes = (double) problem.type().bytes() * (problem.x().count() + w.count() + y.count());
        double floor = Math.max(flops / Roofline.H200_MATRIX_FLOPS, bytes / bandwidth) * 1e3;
        double best = least(times);
        List<String> all = times.entrySet().stream().sorted(Map.Entry.comparingByValue())
                .map(entry -> "%s %.4f".formatted(entry.getKey(), entry.getValue())).toList();
        return "%.4f ms, %4.0f TFLOP/s, %3.0f %% of the roofline: %s\t%s".formatted(best, flops / best / 1e9,
                100 * floor / best, problem.key(), String.join(", ", all));
    }
}
