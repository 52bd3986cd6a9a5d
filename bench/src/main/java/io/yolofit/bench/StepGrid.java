package io.yolofit.bench;

import io.yolofit.app.console.Console;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Cost;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.plan.WorkspaceModel.Overlap;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Times of training steps over a grid of models, batches, image sizes and precisions on a GPU, as data for fitting and
/// checking the time model: `steps.csv` has one line per configuration, `nodes.csv` one line per kernel, with the work
/// that its op declares and the median of its time alone.
///
/// Arguments: folder, steps, rows, comma-separated: `yolov8n:16:640:F16`, with `F16`, `BF16`, `TF32` or
/// `F32` (exact), or with a fifth part, the value of
/// `recompute=`, and gradients that are accumulated, as [BudgetCandidates] prints them: `yolov8n:16:640:F16:0.5`. With
/// a sixth part, `once`, the step updates the parameters: `yolov9-c:16:640:F16:0.8:once`.
/// A last part `@next`, `@queued` or `@branches` (the default) is the overlap of the schedule
/// ([WorkspaceModel.Overlap]): `yolov9-c:16:640:F16@next`. The last column of `steps.csv` is a checksum of the trained
/// parameters, which must not depend on it.
public final class StepGrid {
    private static final int CLASSES = 80;
    private static final int OBJECTS = 8;
    private static final int PROFILES = 5;
    private static final String DEFAULT = "default";

    private StepGrid() {
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int steps = Integer.parseInt(arguments[1]);
        Console console = Console.ofSystem();
        try (PrintWriter totals = new PrintWriter(Files.newBufferedWriter(folder.resolve("steps.csv")), true);
                PrintWriter kernels = new PrintWriter(Files.newBufferedWriter(folder.resolve("nodes.csv")))) {
            totals.println("model,batch,size,precision,step_ms,alone_ms,copy_bytes_per_s,planned,used,context_bytes,"
                    + "nodes,prepare_s,recompute,overlap,parameters");
            kernels.println("model,batch,size,precision,op,name,operands,flops,bytes,microseconds");
            for (String row : arguments[2].split(",")) {
                String[] overlap = row.strip().split("@");
                String[] parts = overlap[0].split(":");
                Case one = new Case(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]),
                        StepPrecision.of(parts[3]), parts.length > 4 ? parts[4] : DEFAULT, parts.length == 5,
                        overlap.length > 1 ? Overlap.valueOf(overlap[1].toUpperCase(Locale.ROOT)) : Overlap.BRANCHES);
                try {
                    console.line(measure(one, steps, totals, kernels));
                } catch (RuntimeException e) {
                    console.line(one.csv() + ": " + e);
                }
                kernels.flush();
            }
        }
    }

    private record Case(String model, int batch, int size, StepPrecision precision, String recompute,
            boolean accumulating, Overlap overlap) {
        String csv() {
            return model + "," + batch + "," + size + "," + precision.text();
        }

        Recompute.Amount amount() {
            return switch (recompute) {
                case "off" -> Recompute.Policy.OFF;
                case DEFAULT -> Recompute.Policy.DEFAULT;
                case "max" -> Recompute.Policy.MAX;
                default -> new Recompute.Share(Double.parseDouble(recompute));
            };
        }
    }

    private static String measure(Case one, int steps, PrintWriter totals, PrintWriter kernels) {
        Model model = Model.of(ArchitectureCatalog.find(one.model), CLASSES);
        try (CudaEngine engine = Engines.cuda(one.precision.tf32(), one.overlap)) {
            double bandwidth = engine.copyBandwidth();
            long start = System.nanoTime();
            try (TrainingBench bench = new TrainingBench(engine, model, one.batch, one.size, one.precision.type(),
                    OBJECTS, Update.Rule.SGD, one.amount(), one.accumulating, Ranks.ONE)) {
                double prepared = (System.nanoTime() - start) / 1e9;
                StepTimes times = StepTimes.of(bench, steps);
                profile(one, bench, kernels);
                String line = String.format(Locale.ROOT, "%s,%.4f,%.4f,%.4g,%d,%d,%d,%d,%.1f,%s,%s,%08x", one.csv(),
                        times.launches() * 1e3, times.alone() * 1e3, bandwidth, bench.plannedBytes(),
                        engine.memory().arenaBytes(), engine.memory().contextBytes(),
                        bench.program().graph().nodes().size(), prepared, one.recompute,
                        one.overlap, digest(engine.state().read("parameters")));
                totals.println(line);
                return line;
            }
        }
    }

    /// Checksum of the parameters after all steps, the same for the same number of steps with any overlap.
    private static int digest(float[] parameters) {
        return Arrays.hashCode(parameters);
    }

    private static void profile(Case one, TrainingBench bench, PrintWriter kernels) {
        List<Node> nodes = bench.program().graph().nodes();
        double[][] microseconds = new double[nodes.size()][PROFILES];
        for (int i = 0; i < PROFILES; i++) {
            int run = i;
            int[] index = {0};
            bench.profile((node, nanoseconds) -> microseconds[index[0]++][run] = nanoseconds / 1e3);
        }
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            Cost cost = node.op().cost(node);
            List<String> operands = new ArrayList<>();
            node.inputs().forEach(value -> operands.add(text(value)));
            operands.add("->");
            node.outputs().forEach(value -> operands.add(text(value)));
            kernels.println(String.format(Locale.ROOT, "%s,%s,%s,%s,%.6g,%.6g,%.2f", one.csv(), node.op().name(),
                    node.name(), String.join(" ", operands), cost.flops(), cost.bytes(),
                    TrainingBench.median(microseconds[i])));
        }
    }

    /// `f16[16x80x80x64]`: without commas, so that a line stays CSV.
    private static String text(Value value) {
        return value.type().toString().replace(',', 'x');
    }
}
