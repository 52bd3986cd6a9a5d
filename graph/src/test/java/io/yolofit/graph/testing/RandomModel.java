package io.yolofit.graph.testing;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.pass.Pipeline;
import io.yolofit.graph.pass.StateLayout;
import io.yolofit.graph.recompute.Recompute;
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
        StateLayout layout = StateLayout.of(net.forward(), names::contains);
        return new RandomModel(net, layout, TrainingInputs.random(layout, net, seed));
    }

    /// A whole step; with a null rule one that accumulates gradients.
    public Graph training(DType precision, Update.Rule rule) {
        return training(precision, rule, Recompute.Policy.OFF);
    }

    public Graph training(DType precision, Update.Rule rule, Recompute.Policy recompute) {
        return Pipeline.training(net.forward(), layout, net.loss(true), RandomNet.CAPACITY, precision, rule,
                recompute);
    }

    public Graph update(DType precision, Update.Rule rule) {
        return Pipeline.update(layout, rule, precision);
    }

    public Graph inference(DType precision, boolean loss) {
        return Pipeline.inference(net.forward(), layout, net.decode(), loss ? net.loss(false) : null,
                RandomNet.CAPACITY, precision);
    }

    /// A graph of any kind that unconstrained nets allow.
    public Graph anyTraining(Seed seed) {
        DType precision = seed.pick(List.of(DType.F32, DType.F16, DType.BF16));
        return training(precision, seed.chance(.3) ? null : seed.pick(List.of(Update.Rule.values())),
                seed.pick(List.of(Recompute.Policy.values())));
    }
}
