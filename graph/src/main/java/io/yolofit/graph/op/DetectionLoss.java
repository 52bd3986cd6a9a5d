package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Detection loss: task-aligned assignment, then box, class and distribution terms. Returns value and gradient
/// together.
///
/// Operands: per level, box logits `[N,H,W,4*bins]` and class logits `[N,H,W,classes]`; then targets `f32[T,5]`, rows
/// of class, cx, cy, w, h normalized to the network's input and grouped by image; offsets `i32[N+1]`, the first row of
/// each image and, last, the number of rows used; and the step's [scalars][StepScalars]. Outputs: the items `f32[3]`
/// (box, class, distribution, each times its gain), and with `gradients` the gradient of `loss scale * N * (sum of the
/// items)` with respect to every logit tensor, which it may overwrite. No [objects x anchors] tensor exists: memory
/// grows with anchors plus objects.
public record DetectionLoss(List<Integer> strides, int bins, double boxGain, double classGain, double distributionGain,
        boolean gradients) implements Op, Differentiable {
    public DetectionLoss {
        strides = List.copyOf(strides);
    }

    @Override
    public String name() {
        return "detection_loss";
    }

    /// Operand index of the targets; offsets and scalars follow.
    public int targetsOperand() {
        return 2 * strides.size();
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.expect(2 * strides.size() + 3, 2 * strides.size() + 3);
        HeadOperands head = HeadOperands.check(in, strides, bins);
        TensorType targets = in.tensor(targetsOperand(), "targets", 2);
        in.require(targets.dtype() == DType.F32 && targets.shape().channels() == 5, "targets are %s, not f32[T,5]",
                targets);
        TensorType offsets = in.tensor(targetsOperand() + 1, "offsets", 1);
        in.same(offsets, TensorType.of(DType.I32, head.images() + 1), "offsets and i32[images + 1]");
        in.vector(targetsOperand() + 2, "scalars", StepScalars.COUNT);
        List<TensorType> types = new ArrayList<>();
        types.add(TensorType.of(DType.F32, 3));
        if (gradients) {
            for (int i = 0; i < targetsOperand(); i++) {
                types.add(in.any(i, "logits"));
            }
        }
        return types;
    }

    @Override
    public List<Role> roles(Role asked, int outputs) {
        List<Role> roles = new ArrayList<>(List.of(asked));
        while (roles.size() < outputs) {
            roles.add(Role.ACTIVATION_GRADIENT);
        }
        return roles;
    }

    @Override
    public boolean readsPacked(int input) {
        return true;
    }

    @Override
    public boolean writesPacked(int output) {
        return true;
    }

    @Override
    public List<Alias> aliases(Node node) {
        List<Alias> aliases = new ArrayList<>();
        for (int i = 1; i < node.outputs().size(); i++) {
            aliases.add(Alias.reuse(i, i - 1));
        }
        return aliases;
    }

    /// The op itself has computed the gradients: they are its further outputs.
    @Override
    public void gradient(Tape tape, Node node) {
        for (int i = 1; i < node.outputs().size(); i++) {
            tape.contribute(node.input(i - 1), node.output(i));
        }
    }

    @Override
    public Cost cost(Node node) {
        double logits = 0;
        for (int i = 0; i < targetsOperand(); i++) {
            logits += node.input(i).shape().count();
        }
        return Cost.of(node, 20 * logits);
    }
}
