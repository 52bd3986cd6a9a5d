package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.GradientNorm;
import io.yolofit.graph.op.StepScalars;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.List;

/// Appends the update: gradient norm, then one update of all persistent state.
/// ```
/// out gradients = %g      becomes      %norm = gradient_norm %g
/// out statistics = %s                  %p', %ema', %m'.. = update %parameters, %g, %norm, %scalars, %ema, %s, %m..
/// ```
/// In a graph without gradients, the update reads the accumulated ones in the input `gradients` and resets them to
/// zero.
public record AttachUpdate(StateLayout layout, Update.Rule rule) implements Pass {
    @Override
    public Graph run(Graph graph) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        rewriter.copyNodes();
        GraphBuilder builder = rewriter.builder();
        builder.phase(Phase.UPDATE);
        boolean summed = !graph.outputs().containsKey("gradients");
        Value gradients = summed ? vector(builder, "gradients", layout.trainableCount(), Role.GRADIENT)
                : rewriter.now(graph.output("gradients"));
        Value statistics = graph.outputs().containsKey("statistics") ? rewriter.now(graph.output("statistics"))
                : vector(builder, "statistics", layout.statisticCount(), Role.STATISTIC);
        Value parameters = graph.hasInput("parameters") ? rewriter.now(graph.input("parameters"))
                : vector(builder, "parameters", layout.parameterCount(), Role.PARAMETER);
        Value scalars = graph.hasInput("scalars") ? rewriter.now(graph.input("scalars"))
                : vector(builder, "scalars", StepScalars.COUNT, Role.INPUT);
        Value ema = vector(builder, "ema", layout.parameterCount() + layout.statisticCount(), Role.EMA);
        Value norm = builder.emit(new GradientNorm(), "gradients.norm", Role.WORKSPACE, gradients).getFirst();
        List<Value> operands = new ArrayList<>(List.of(parameters, gradients, norm, scalars, ema, statistics));
        for (int i = 0; i < rule.moments(); i++) {
            operands.add(vector(builder, "moment" + i, layout.trainableCount(), Role.OPTIMIZER));
        }
        List<Value> updated = builder.emit(new Update(rule, layout.groupEnds(), summed), "update", Role.PARAMETER,
                operands);
        graph.outputs().forEach((name, value) -> {
            if (!name.equals("gradients")) {
                builder.output(name, rewriter.now(value));
            }
        });
        builder.output("parameters", updated.get(0));
        builder.output("ema", updated.get(1));
        for (int i = 2; i < updated.size(); i++) {
            builder.output("updated" + (i - 2), updated.get(i));
        }
        builder.output("norm", norm);
        return rewriter.finish();
    }

    private static Value vector(GraphBuilder builder, String name, long count, Role role) {
        return builder.input(name, TensorType.of(DType.F32, count), role);
    }
}
