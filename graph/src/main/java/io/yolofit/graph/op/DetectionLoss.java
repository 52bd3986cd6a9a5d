package io.yolofit.graph.op;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Loss of one branch of a detection head: task-aligned [Assignment], then the terms of [LossTerm]. Returns value and
/// gradient together.
///
/// Operands: per level, box logits `[N,H,W,4*bins]` and class logits `[N,H,W,classes]`; then targets `f32[T,5]`, rows
/// of [TargetColumn] grouped by image; offsets `i32[N+1]`, the first row of each image and, last, the number of rows
/// used; and the step's [scalars][StepScalars]. Outputs: the items `f32[3]`, one per term, each times its gain, and
/// with `gradients` the gradient of `loss scale * weight * N * (sum of the items)` with respect to every logit tensor,
/// which it may overwrite. No [objects x anchors] tensor exists: memory grows with anchors plus objects.
///
/// Several ranks share the normalizer of the terms, so the op has two halves: [Assign], and then the loss with the
/// results of `Assign` as three further operands, of which the sums have been added up over ranks. N is then the number
/// of images of all ranks, and a rank's items are its share: the items of all ranks sum to those of the whole batch.
///
/// @param bins of the distribution of a side's distance; with 1 the logit is the distance itself, in strides
/// @param weight of the branch; the items do not contain it
public record DetectionLoss(List<Integer> strides, int bins, Assignment assignment, double boxGain, double classGain,
        double distanceGain, BranchWeight weight, boolean gradients) implements Op, Differentiable {
    private static final double BOX_GAIN = 7.5;
    private static final double CLASS_GAIN = .5;
    private static final double DISTANCE_GAIN = 1.5;

    public DetectionLoss {
        strides = List.copyOf(strides);
    }

    /// The loss of a one-to-many head that is the only branch, with the customary gains.
    public static DetectionLoss of(List<Integer> strides, int bins, boolean gradients) {
        return new DetectionLoss(strides, bins, Assignment.ONE_TO_MANY, BOX_GAIN, CLASS_GAIN, DISTANCE_GAIN,
                BranchWeight.ONE, gradients);
    }

    /// The same with another assignment.
    public DetectionLoss with(Assignment other) {
        return new DetectionLoss(strides, bins, other, boxGain, classGain, distanceGain, weight, gradients);
    }

    /// The same with another weight.
    public DetectionLoss with(BranchWeight other) {
        return new DetectionLoss(strides, bins, assignment, boxGain, classGain, distanceGain, other, gradients);
    }

    @Override
    public String name() {
        return "detection_loss";
    }

    /// Operand index of the targets.
    public int targetsOperand() {
        return 2 * strides.size();
    }

    /// Operand index of the offsets of the images' targets.
    public int offsetsOperand() {
        return targetsOperand() + 1;
    }

    /// Operand index of the step's scalars.
    public int scalarsOperand() {
        return targetsOperand() + 2;
    }

    /// Operand index of the first result of [Assign], where the node has them.
    public int objectsOperand() {
        return scalarsOperand() + 1;
    }

    /// Operand index of the sums over ranks, the last result of [Assign].
    public int sumsOperand() {
        return objectsOperand() + 2;
    }

    /// Whether a node has an assignment as operands, instead of computing it.
    public boolean isAssigned(Node node) {
        return node.inputs().size() > objectsOperand();
    }

    /// The first half of this op.
    public Assign assign() {
        return new Assign(strides, bins, assignment);
    }

    /// Checks logits, targets and offsets.
    private static HeadOperands checked(Operands in, List<Integer> strides, int bins) {
        HeadOperands head = HeadOperands.check(in, strides, bins);
        int levels = strides.size();
        TensorType targets = in.tensor(2 * levels, "targets", 2);
        in.require(targets.dtype() == DType.F32 && targets.shape().channels() == TargetColumn.COUNT,
                "targets are %s, not f32[T,%d]", targets, TargetColumn.COUNT);
        TensorType offsets = in.tensor(2 * levels + 1, "offsets", 1);
        in.same(offsets, TensorType.of(DType.I32, head.images() + 1), "offsets and i32[images + 1]");
        return head;
    }

    @Override
    public List<TensorType> infer(Operands in) {
        in.require(in.count() == scalarsOperand() + 1 || in.count() == sumsOperand() + 1,
                "has %d operands, but takes %d or, with an assignment, %d", in.count(), scalarsOperand() + 1,
                sumsOperand() + 1);
        HeadOperands head = checked(in, strides, bins);
        in.vector(scalarsOperand(), "scalars", StepScalars.COUNT);
        if (in.count() > objectsOperand()) {
            long rows = head.images() * head.anchors();
            in.same(in.tensor(objectsOperand(), "objects", 1), TensorType.of(DType.I32, rows),
                    "objects and i32[images * anchors]");
            in.vector(objectsOperand() + 1, "soft targets", rows);
            in.vector(sumsOperand(), "sums", Assign.SUMS);
        }
        List<TensorType> types = new ArrayList<>();
        types.add(TensorType.of(DType.F32, LossTerm.COUNT));
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

    /// First half of a [DetectionLoss]: the assignment of anchors to objects, and its share of the normalizer.
    ///
    /// Operands: logits, targets and offsets as of the loss. Outputs: for each anchor, `i32` the row of its object in
    /// the targets, or -1; `f32` its soft target; and the sums `f32[2]`: sum of the soft targets, number of images.
    /// Anchors are in the order level, image, row, column: the order of the logits within a level.
    public record Assign(List<Integer> strides, int bins, Assignment assignment) implements Op {
        /// Length of the sums.
        public static final int SUMS = 2;
        private static final List<String> SUFFIXES = List.of(".objects", ".soft_targets", ".sums");

        public Assign {
            strides = List.copyOf(strides);
        }

        /// The number of operands, which are the first ones of the loss.
        public int operands() {
            return 2 * strides.size() + 2;
        }

        @Override
        public String name() {
            return "detection_loss.assign";
        }

        @Override
        public List<TensorType> infer(Operands in) {
            in.expect(operands(), operands());
            HeadOperands head = checked(in, strides, bins);
            long rows = head.images() * head.anchors();
            return List.of(TensorType.of(DType.I32, rows), TensorType.of(DType.F32, rows),
                    TensorType.of(DType.F32, SUMS));
        }

        @Override
        public List<Role> roles(Role asked, int outputs) {
            return List.of(Role.WORKSPACE, Role.WORKSPACE, Role.WORKSPACE);
        }

        @Override
        public String outputSuffix(int output) {
            return SUFFIXES.get(output);
        }

        @Override
        public boolean readsPacked(int input) {
            return true;
        }

        @Override
        public Cost cost(Node node) {
            return Cost.of(node, 60.0 * node.output(0).shape().count());
        }
    }
}
