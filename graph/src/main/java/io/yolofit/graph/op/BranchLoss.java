package io.yolofit.graph.op;

/// The loss of a head branch.
///
/// @param branch name of the branch, which selects the outputs of a forward graph ([HeadOutputs])
public record BranchLoss(String branch, DetectionLoss op) {
}
