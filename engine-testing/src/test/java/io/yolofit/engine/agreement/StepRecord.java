package io.yolofit.engine.agreement;

import io.yolofit.engine.Engine;
import io.yolofit.engine.Executable;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.Update.Rule;
import io.yolofit.graph.plan.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Results of a few training steps.
record StepRecord(AllBlocksModel model) {
    /// Losses and gradient norm of each step, and the state after the last one.
    Map<String, float[]> run(Supplier<Engine> engines, DType precision, int count) {
        return run(engines, model.training(precision, Rule.SGD), count);
    }

    /// Runs the given form of the training step.
    Map<String, float[]> run(Supplier<Engine> engines, Graph step, int count) {
        Map<String, float[]> results = new LinkedHashMap<>();
        try (Engine engine = engines.get();
                Executable executable = engine.compile(Program.of(step, engine.workspace()))) {
            model.write(engine, executable, step);
            for (int i = 0; i < count; i++) {
                executable.run();
                results.put("items of step " + i, executable.read("items"));
                results.put("norm of step " + i, executable.read("norm"));
            }
            for (String buffer : List.of("parameters", "statistics", "ema", "moment0", "scaler")) {
                if (engine.state().has(buffer)) {
                    results.put(buffer, engine.state().read(buffer));
                }
            }
        }
        return results;
    }
}
