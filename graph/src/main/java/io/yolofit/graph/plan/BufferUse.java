package io.yolofit.graph.plan;

import io.yolofit.graph.Role;

/// A tensor, or the workspace of a node, that occupies a [Buffer] during part of the buffer's live range.
///
/// @param from index of the node that writes it
public record BufferUse(String name, Role role, int from) {
}
