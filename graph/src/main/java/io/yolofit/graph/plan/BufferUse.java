package io.yolofit.graph.plan;

import io.yolofit.graph.Role;

/// One tensor, or the workspace of one node, that occupies a [Buffer] for a part of its live range.
///
/// @param from index of the node that writes it
public record BufferUse(String name, Role role, int from) {
}
