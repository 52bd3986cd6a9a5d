package io.yolofit.graph.plan;

import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import java.util.List;

/// A stretch of memory and when it is needed.
///
/// @param root the value it was made for; null for a workspace
/// @param name of the largest use, for reports
/// @param bytes without alignment
/// @param first index of the node that first writes it
/// @param last index of the last node that reads or writes it
/// @param uses what lives in it, by the node that writes it
public record Buffer(Value root, String name, long bytes, int first, int last, List<BufferUse> uses) {
    public Buffer {
        uses = List.copyOf(uses);
        if (first > last) {
            throw new IllegalArgumentException(name + " is needed from " + first + " to " + last);
        }
    }

    public boolean liveAt(int time) {
        return first <= time && time <= last;
    }

    /// The role of what the buffer holds at a moment: its latest tensor.
    public Role roleAt(int time) {
        return useAt(time).role();
    }

    /// What the buffer holds at a moment.
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
