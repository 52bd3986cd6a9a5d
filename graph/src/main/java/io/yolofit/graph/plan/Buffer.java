package io.yolofit.graph.plan;

import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import java.util.List;

/// A stretch of memory and when it is needed.
///
/// @param root the value it was made for; null for a workspace
/// @param name of the largest resident, for reports
/// @param bytes without alignment
/// @param first index of the node that first writes it
/// @param last index of the last node that reads or writes it
/// @param residents what lives in it, by the node that writes it
public record Buffer(Value root, String name, long bytes, int first, int last, List<Resident> residents) {
    /// One tenant of a buffer.
    ///
    /// @param from index of the node that writes it
    public record Resident(String name, Role role, int from) {
    }

    public Buffer {
        residents = List.copyOf(residents);
        if (first > last) {
            throw new IllegalArgumentException(name + " is needed from " + first + " to " + last);
        }
    }

    public boolean liveAt(int time) {
        return first <= time && time <= last;
    }

    /// The role of what the buffer holds at a moment: its latest tenant.
    public Role roleAt(int time) {
        return residentAt(time).role();
    }

    /// What the buffer holds at a moment.
    public Resident residentAt(int time) {
        Resident latest = residents.getFirst();
        for (Resident resident : residents) {
            if (resident.from() <= time && resident.from() >= latest.from()) {
                latest = resident;
            }
        }
        return latest;
    }
}
