package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Replaces a model's separate parameters and statistics by views of flat buffers.
/// ```
/// in %w, in %mean, in %var                                in %parameters, in %statistics
/// %y = conv2d.forward %x, %w                  becomes     %w = flat.view %parameters
/// %a, .., %mean', %var' = bnact.forward ..                %y = conv2d.forward %x, %w
///                                                         %a, .., %mean', %var' = bnact.forward ..
///                                                         %statistics' = flat.pack %statistics, %mean', %var', ..
/// ```
/// Statistics that no node updates, those of folded normalizations, are packed as they are. With the average as source,
/// both are views of `ema`, and nothing is written back.
public final class FlattenState implements Pass {
    private final StateLayout layout;
    private final boolean fromAverage;

    private FlattenState(StateLayout layout, boolean fromAverage) {
        this.layout = layout;
        this.fromAverage = fromAverage;
    }

    /// Reads `parameters` and `statistics`, and updates the statistics.
    public static FlattenState training(StateLayout layout) {
        return new FlattenState(layout, false);
    }

    /// Reads `ema`.
    public static FlattenState average(StateLayout layout) {
        return new FlattenState(layout, true);
    }

    @Override
    public Graph run(Graph graph) {
        Rewriter rewriter = new Rewriter(graph);
        GraphBuilder builder = rewriter.builder();
        Value parameters;
        Value statistics;
        if (fromAverage) {
            parameters = builder.input("ema", vector(layout.parameterCount() + layout.statisticCount()), Role.EMA);
            statistics = parameters;
        } else {
            parameters = builder.input("parameters", vector(layout.parameterCount()), Role.PARAMETER);
            statistics = builder.input("statistics", vector(layout.statisticCount()), Role.STATISTIC);
        }
        long statisticsStart = fromAverage ? layout.parameterCount() : 0;
        for (Value input : graph.inputs()) {
            switch (input.role()) {
                case PARAMETER -> rewriter.replace(input, view(builder, parameters, input,
                        layout.parameters().get(input.name()).offset()));
                case STATISTIC -> rewriter.replace(input, view(builder, statistics, input,
                        statisticsStart + layout.statistics().get(input.name()).offset()));
                case GRADIENT, OPTIMIZER, EMA, INPUT, TARGET, ACTIVATION, ACTIVATION_GRADIENT, WORKSPACE ->
                        rewriter.copyInput(input);
            }
        }
        rewriter.copyNodes();
        rewriter.copyOutputs();
        if (!fromAverage) {
            packStatistics(graph, rewriter, statistics);
        }
        return rewriter.finish();
    }

    private void packStatistics(Graph graph, Rewriter rewriter, Value statistics) {
        Map<String, Value> updated = new HashMap<>();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof BnAct.Forward) {
                updated.put(node.input(3).name(), rewriter.now(node.output(3)));
                updated.put(node.input(4).name(), rewriter.now(node.output(4)));
            }
        }
        List<Value> operands = new ArrayList<>(List.of(statistics));
        for (String name : layout.statistics().keySet()) {
            operands.add(updated.containsKey(name) ? updated.get(name) : rewriter.now(graph.input(name)));
        }
        GraphBuilder builder = rewriter.builder();
        builder.output("statistics",
                builder.emit(new Flat.Pack(true), "statistics.updated", Role.STATISTIC, operands).getFirst());
    }

    private static Value view(GraphBuilder builder, Value flat, Value input, long offset) {
        return builder.emit(new Flat.View(offset, input.shape()), input.name(), input.role(), flat).getFirst();
    }

    private static TensorType vector(long count) {
        return TensorType.of(DType.F32, count);
    }
}
