package io.yolofit.graph.op;

import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/// End of a step in one pass over the flat buffers: unscale, clip by global norm, optimizer update, and exponential
/// moving average (EMA) of parameters and statistics.
///
/// Operands: parameters, gradients, norm, scalars ([StepScalars]), ema, statistics, then the moments of the rule.
/// Outputs, all in place: parameters, ema, moments; with `zeroGradients` also the gradients, reset to zero for the next
/// accumulation. The trainable parameters come first, parallel to the gradients, in groups that end at `groupEnds`
/// (weights, normalization, biases); frozen ones follow. The ema holds the parameters, then the statistics. If the norm
/// is not finite, parameters and moments keep their values; the ema is still updated, and gradients are still zeroed.
///
/// Gradients are divided by the loss scale and multiplied by `min(1, clipNorm / (norm / lossScale + 1e-6))`. Rules:
/// `SGD` with Nesterov momentum and L2 decay; `ADAM` with L2 decay; `ADAMW` with decoupled decay; both keep first, then
/// second moments; `RMSPROP` with smoothing .99 keeps mean squares, then the momentum. Epsilon is 1e-8. The formulas
/// are in `reference/ReferenceUpdate`.
public record Update(Rule rule, List<Long> groupEnds, boolean zeroGradients) implements Op {
    /// Operand index of the first moment.
    public static final int FIRST_MOMENT = 6;

    public Update {
        groupEnds = List.copyOf(groupEnds);
    }

    /// Update rules, with the number of moments that each keeps.
    public enum Rule {
        SGD(1), ADAM(2), ADAMW(2), RMSPROP(2);

        private final int moments;

        Rule(int moments) {
            this.moments = moments;
        }

        public int moments() {
            return moments;
        }
    }

    @Override
    public String name() {
        return "update." + rule.name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(FIRST_MOMENT + rule.moments(), FIRST_MOMENT + rule.moments());
        long parameters = in.tensor(0, "parameters", 1).shape().count();
        long trainable = in.tensor(1, "gradients", 1).shape().count();
        in.require(groupEnds.size() == 3 && groupEnds.getLast() == trainable,
                "groups end at %s, but there are %d gradients", groupEnds, trainable);
        in.require(trainable <= parameters, "%d gradients for %d parameters", trainable, parameters);
        in.vector(2, "norm", 1);
        in.vector(3, "scalars", StepScalars.COUNT);
        in.vector(4, "ema", parameters + in.tensor(5, "statistics", 1).shape().count());
        List<TensorType> types = new ArrayList<>(List.of(in.any(0, "parameters"), in.any(4, "ema")));
        for (int i = 0; i < rule.moments(); i++) {
            in.vector(FIRST_MOMENT + i, "moment", trainable);
            types.add(in.any(FIRST_MOMENT + i, "moment"));
        }
        if (zeroGradients) {
            types.add(in.any(1, "gradients"));
        }
        return types;
    }

    @Override
    public List<Role> roles(Role asked, int outputs) {
        List<Role> roles = new ArrayList<>(List.of(Role.PARAMETER, Role.EMA));
        for (int i = 0; i < rule.moments(); i++) {
            roles.add(Role.OPTIMIZER);
        }
        if (zeroGradients) {
            roles.add(Role.GRADIENT);
        }
        return roles;
    }

    @Override
    public List<Alias> aliases(Node node) {
        List<Alias> aliases = new ArrayList<>(List.of(Alias.inPlace(0, 0), Alias.inPlace(1, 4)));
        for (int i = 0; i < rule.moments(); i++) {
            aliases.add(Alias.inPlace(2 + i, FIRST_MOMENT + i));
        }
        if (zeroGradients) {
            aliases.add(Alias.inPlace(2 + rule.moments(), 1));
        }
        return aliases;
    }

    @Override
    public Cost cost(Node node) {
        return Cost.pointwise(node, 12);
    }
}
