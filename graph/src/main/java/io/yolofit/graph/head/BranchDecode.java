package io.yolofit.graph.head;

import io.yolofit.graph.op.DetectionDecode;

/// The decoder of a head branch.
///
/// @param branch name of the branch, which selects the outputs of a forward graph ([HeadOutputs])
public record BranchDecode(String branch, DetectionDecode op) {
}
