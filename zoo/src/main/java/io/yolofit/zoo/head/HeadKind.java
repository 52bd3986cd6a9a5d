package io.yolofit.zoo.head;

import io.yolofit.graph.op.Assignment;
import io.yolofit.graph.op.BranchWeight;
import io.yolofit.graph.op.StepScalar;
import io.yolofit.zoo.head.HeadBranch.Members;
import java.util.List;

/// A kind of head: its branches, of which exactly one serves inference.
///
/// @param endToEnd whether every object has one positive, so that predictions need no suppression
/// @param separateInputs whether the inputs are divided among the branches, in order; otherwise all branches read all
/// @param branches without strides
record HeadKind(boolean endToEnd, boolean separateInputs, HeadStyle style, List<HeadBranch> branches) {
    /// Bins of a side's distribution, one stride each.
    static final int BINS = 16;

    private static final double AUXILIARY_WEIGHT = .25;

    HeadKind {
        branches = List.copyOf(branches);
        if (branches.stream().filter(branch -> !branch.trainingOnly()).count() != 1) {
            throw new IllegalArgumentException("exactly one branch of a head serves inference, but they are "
                    + branches);
        }
    }

    /// One one-to-many branch: v5u, v8, v9, 11, 12.
    static HeadKind single(HeadStyle style, int bins) {
        return new HeadKind(false, false, style, List.of(new HeadBranch("main", List.of(), bins,
                Assignment.ONE_TO_MANY, BranchWeight.ONE, 1, false, false, Members.USUAL)));
    }

    /// Dual assignment (Wang et al., YOLOv10, 2024): a one-to-many branch trains the network, and a one-to-one branch
    /// on detached features makes the predictions. Their weights move over the epochs: v10, 26.
    static HeadKind endToEnd(HeadStyle style, int bins) {
        return new HeadKind(true, false, style, List.of(
                new HeadBranch("one2many", List.of(), bins, Assignment.ONE_TO_MANY,
                        new BranchWeight.Scheduled(StepScalar.ONE_TO_MANY), 0, true, false, Members.USUAL),
                new HeadBranch("one2one", List.of(), bins, Assignment.ONE_TO_ONE,
                        new BranchWeight.Scheduled(StepScalar.ONE_TO_ONE), 1, false, true,
                        new Members("one2one_cv2", "one2one_cv3", "dfl"))));
    }

    /// A main branch with an auxiliary one on inputs of its own (Wang et al., YOLOv9, 2024).
    static HeadKind dual() {
        return new HeadKind(false, true, HeadStyle.GROUPED, List.of(
                new HeadBranch("auxiliary", List.of(), BINS, Assignment.ONE_TO_MANY,
                        new BranchWeight.Fixed(AUXILIARY_WEIGHT), AUXILIARY_WEIGHT, true, false, Members.USUAL),
                new HeadBranch("main", List.of(), BINS, Assignment.ONE_TO_MANY, BranchWeight.ONE, 1, false, false,
                        new Members("cv4", "cv5", "dfl2"))));
    }
}
