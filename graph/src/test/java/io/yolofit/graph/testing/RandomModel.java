package io.yolofit.graph.testing;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.testkit.Seed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A random net with a state layout, possibly with frozen parameters, and all graphs that the pipelines compile from
/// it.
public record RandomModel(RandomNet net, StateLayout layout, Map<String, double[]> inputs) {
    /// Unconstrained connections: for training graphs.
    public static RandomModel wild(Seed seed) {
        return of(RandomNet.wild(seed), seed);
    }

    /// Connections as in models: for inference graphs too.
    public static RandomModel foldable(Seed seed) {
        return of(RandomNet.foldable(seed), seed);
    }

    private static RandomModel of(RandomNet net, Seed seed) {
        double frozen = seed.chance(.3) ? .4 : 0;
        Set<String> names = net.forward().inputs().stream().filter(input -> seed.chance(frozen))
                .map(input -> input.name()).collect(Collectors.toSet());
        names.remove("head.box0.bias");
        freezeBlocks(net.forward(), names, seed);
        StateLayout layout = StateLayout.of(net.forward(), names::contains);
        return new RandomModel(net, layout, TrainingInputs.random(layout, net, seed));
    }

    /// Freezes some convolutions together with their normalizations, if anything is frozen. A normalization that shares
    /// its convolution is never frozen as a whole.
    private static void freezeBlocks(Graph forward, Set<String> names, Seed seed) {
        boolean frozen = !names.isEmpty();
        for (Node node : forward.nodes()) {
            if (node.op() instanceof BnAct.Forward && node.input(0).producer().op() instanceof Conv2d.Forward) {
                Value y = node.input(0);
                if (y.producer().inputs().size() > 2 || forward.readers(y).size() > 1) {
                    names.remove(node.input(1).name());
                } else if (frozen && seed.chance(.4)) {
                    names.addAll(List.of(y.producer().input(1).name(), node.input(1).name(), node.input(2).name()));
                }
            }
        }
    }

    /// A whole step; with a null rule one that accumulates gradients.
    public Graph training(DType precision, Update.Rule rule) {
        return training(precision, rule, Recompute.Policy.OFF);
    }

    public Graph training(DType precision, Update.Rule rule, Recompute.Policy recompute) {
        return training(precision, rule, recompute, Ranks.ONE);
    }

    public Graph training(DType precision, Update.Rule rule, Recompute.Policy recompute, Ranks ranks) {
        return Pipeline.training(net.forward(), layout, net.loss(true), RandomNet.CAPACITY, precision, rule,
                recompute, WorkspaceModel.none(), ranks);
    }

    public Graph update(DType precision, Update.Rule rule) {
        return Pipeline.update(layout, rule, precision);
    }

    public Graph inference(DType precision, boolean loss) {
        return Pipeline.inference(net.forward(), layout, net.decode(), loss ? net.loss(false) : List.of(),
                RandomNet.CAPACITY, precision);
    }

    /// A graph of any kind that unconstrained nets allow.
    public Graph anyTraining(Seed seed) {
        DType precision = seed.pick(List.of(DType.F32, DType.F16, DType.BF16));
        return training(precision, seed.chance(.3) ? null : seed.pick(List.of(Update.Rule.values())),
                seed.pick(List.of(Recompute.Policy.values())), seed.pick(List.of(Ranks.ONE, Ranks.ONE,
                        new Ranks(2, true, 1, 0), new Ranks(3, false, 1, 1e9))));
    }
}
