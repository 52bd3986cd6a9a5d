package io.yolofit.graph.head;

import io.yolofit.graph.op.DetectionLoss;

/// The loss of a head branch.
///
/// @param branch name of the branch, which selects the outputs of a forward graph ([HeadOutputs])
public record BranchLoss(String branch, DetectionLoss op) {
}
