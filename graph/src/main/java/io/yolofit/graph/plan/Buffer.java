package io.yolofit.graph.plan;

import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import java.util.List;

/// A range of memory with its live range `first..last`, in node indices.
///
/// @param root the value that the buffer was created for; null for a workspace
/// @param name of the root value, or of the workspace's node, for reports
/// @param bytes without alignment
/// @param first index of the node that first writes it
/// @param last index of the last node that reads or writes it
/// @param uses the tensors that occupy the buffer, by the index of the node that writes them
public record Buffer(Value root, String name, long bytes, int first, int last, List<BufferUse> uses) {
    public Buffer {
        uses = List.copyOf(uses);
        if (first > last) {
            throw new IllegalArgumentException(name + " has a live range from node " + first + " to node " + last);
        }
    }

    /// Whether this is the workspace of a node.
    public boolean isWorkspaceOf(int node) {
        return root == null && uses.stream().anyMatch(use -> use.from() == node);
    }

    public boolean liveAt(int time) {
        return first <= time && time <= last;
    }

    /// Role of the tensor that occupies the buffer at a time.
    public Role roleAt(int time) {
        return useAt(time).role();
    }

    /// The tensor that occupies the buffer at a time: the latest one written.
    public BufferUse useAt(int time) {
        BufferUse latest = uses.getFirst();
        for (BufferUse use : uses) {
            if (use.from() <= time && use.from() >= latest.from()) {
                latest = use;
            }
        }
        return latest;
    }
}
