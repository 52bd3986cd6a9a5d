package io.yolofit.bench;

import io.yolofit.app.console.Console;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.time.StepTimeModel;
import io.yolofit.train.program.CompileOptions;
import io.yolofit.train.program.InputShape;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Predicted and measured training steps, as a Markdown table. Needs no GPU.
///
/// Argument: a CSV file with the columns model, batch, px, type (`f16`, `bf16`, `tf32`, or `f32`, which is exact),
/// milliseconds and, optionally, `fit` or `check`: the
/// rows that the time model was fitted to, and the others. Lines that start with `#` are comments.
public final class StepPrediction {
    private static final int CLASSES = 80;
    private static final int OBJECTS = 8;

    private StepPrediction() {
    }

    public static void main(String[] arguments) throws IOException {
        Console console = Console.ofSystem();
        Target target = Target.gpu(CudaEngine.workspaceModel());
        console.line("| model | batch | px | type | measured, ms | predicted, ms | error | |");
        console.line("| --- | --- | --- | --- | --- | --- | --- | --- |");
        List<String> rows = Files.readAllLines(Path.of(arguments[0])).stream().filter(row -> !row.startsWith("#"))
                .toList();
        double[] errors = new double[rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            String[] cells = rows.get(i).split(",");
            double measured = Double.parseDouble(cells[4]);
            StepTimeModel times = target.withTf32(StepPrecision.of(cells[3]).tf32()).times();
            double predicted = 1e3 * times.seconds(step(cells, target));
            errors[i] = Math.abs(predicted / measured - 1);
            console.line(String.format(Locale.ROOT, "| %s | %s | %s | %s | %.2f | %.2f | %+.1f %% | %s |", cells[0],
                    cells[1], cells[2], cells[3], measured, predicted, 100 * (predicted / measured - 1),
                    cells.length > 5 ? cells[5] : ""));
        }
        Arrays.sort(errors);
        console.line(String.format(Locale.ROOT, "%nMedian error %.1f %%, largest %.1f %%.",
                100 * errors[errors.length / 2], 100 * errors[errors.length - 1]));
    }

    private static Program step(String[] cells, Target target) {
        Model model = Model.of(ArchitectureCatalog.find(cells[0]), CLASSES);
        int batch = Integer.parseInt(cells[1]);
        int size = Integer.parseInt(cells[2]);
        StateLayout layout = StateLayout.of(model.forward(1, model.stride(), model.stride()), parameter -> false);
        long capacity = (long) batch * 4 * OBJECTS;
        var options = new CompileOptions(CompileOptions.Gains.DEFAULT, StepPrecision.of(cells[3]).type(),
                Update.Rule.SGD, capacity, false, Recompute.Policy.DEFAULT);
        List<InputShape> shapes = List.of(new InputShape(batch, size, size));
        return RunPlan.of(new RunSpec(model, layout, options, new RunSpec.Batches(shapes, shapes, capacity)), target)
                .steps().values().iterator().next();
    }
}
