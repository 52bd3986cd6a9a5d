package io.yolofit.zoo.head;

import io.yolofit.graph.head.BranchDecode;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.head.HeadOutputs;
import io.yolofit.graph.op.Assignment;
import io.yolofit.graph.op.BranchWeight;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import java.util.List;

/// A branch of a head: box and class convolutions on every level, trained by a loss of its own.
///
/// @param name of its outputs ([HeadOutputs])
/// @param strides of the levels, in pixels; empty as long as the network is not built
/// @param bins of the distribution of a side's distance; with 1 the logit is the distance
/// @param assignment of anchors to objects
/// @param weight of its loss in the total loss
/// @param reported weight of its loss items in the reported ones
/// @param trainingOnly whether inference drops it, with everything that only it reads
/// @param detached whether its gradient stops at its inputs
/// @param members names of its modules in checkpoints
public record HeadBranch(String name, List<Integer> strides, int bins, Assignment assignment, BranchWeight weight,
        double reported, boolean trainingOnly, boolean detached, Members members) {
    /// Members of the head's layer.
    ///
    /// @param boxes box convolutions, `<boxes>.<level>`
    /// @param scores class convolutions, `<scores>.<level>`
    /// @param ramp module with the constant weights 0 to bins - 1, which files contain if there are several bins
    public record Members(String boxes, String scores, String ramp) {
        static final Members USUAL = new Members("cv2", "cv3", "dfl");
    }

    public HeadBranch {
        strides = List.copyOf(strides);
        if (bins < 1) {
            throw new IllegalArgumentException("branch " + name + " has " + bins + " bins, but needs at least 1");
        }
    }

    HeadBranch withStrides(List<Integer> levels) {
        return new HeadBranch(name, levels, bins, assignment, weight, reported, trainingOnly, detached, members);
    }

    public HeadOutputs outputs() {
        return new HeadOutputs(name);
    }

    /// Channels of the box logits.
    int boxChannels() {
        return 4 * bins;
    }

    BranchLoss loss(double box, double cls, double distance, boolean gradients) {
        return new BranchLoss(name,
                new DetectionLoss(strides, bins, assignment, box, cls, distance, weight, gradients));
    }

    BranchDecode decode() {
        return new BranchDecode(name, new DetectionDecode(strides, bins));
    }
}
