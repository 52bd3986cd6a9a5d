package io.yolofit.graph.plan;

import java.util.Arrays;

/// Live ranges of a sketch's buffers, by their roots: from the first node that writes one of its values to the last
/// node that reads one. Inputs are live from the start, graph outputs until the end, persistent state throughout.
final class SketchRanges {
    private final MemorySketch sketch;
    private final SketchAssignment assignment;
    private final int[] first;
    private final int[] last;

    SketchRanges(MemorySketch sketch, SketchAssignment assignment) {
        this.sketch = sketch;
        this.assignment = assignment;
        first = new int[sketch.valueCount()];
        last = new int[sketch.valueCount()];
        Arrays.fill(first, Integer.MAX_VALUE);
        int end = Math.max(0, sketch.nodeCount() - 1);
        for (int value = 0; value < first.length; value++) {
            if (sketch.value(value) != null) {
                int root = assignment.root(value);
                int written = Math.max(0, sketch.producer(value));
                first[root] = Math.min(first[root], written);
                last[root] = Math.max(last[root], sketch.isOutput(value) || sketch.isPersistent(root) ? end
                        : Math.max(written, assignment.lastRead(value)));
            }
        }
    }

    int first(int root) {
        return first[root];
    }

    int last(int root) {
        return last[root];
    }

    /// Live bytes during the execution of each node, workspaces included.
    long[] liveBytes() {
        long[] live = new long[Math.max(1, sketch.nodeCount())];
        for (int value = 0; value < first.length; value++) {
            if (sketch.value(value) != null && assignment.root(value) == value) {
                add(live, first[value], last[value], sketch.value(value).aligned());
            }
        }
        for (int node = 0; node < sketch.nodeCount(); node++) {
            long bytes = sketch.node(node).workspace;
            if (bytes > 0) {
                add(live, node, assignment.end(node), ArenaPacker.align(bytes));
            }
        }
        for (int i = 1; i < live.length; i++) {
            live[i] += live[i - 1];
        }
        return live;
    }

    private static void add(long[] changes, int first, int last, long bytes) {
        changes[first] += bytes;
        if (last + 1 < changes.length) {
            changes[last + 1] -= bytes;
        }
    }
}
