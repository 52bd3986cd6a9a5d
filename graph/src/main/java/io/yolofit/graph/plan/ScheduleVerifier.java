package io.yolofit.graph.plan;

import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Checks that a program has no data race: of two nodes that may run at the same time, neither writes bytes that the
/// other accesses. It follows lanes, forks and joins as an engine does, and compares addresses in the arena; how they
/// were chosen does not matter.
public final class ScheduleVerifier {
    private final Program program;
    private final List<List<Access>> accesses = new ArrayList<>();

    /// Rows of bytes at equal distances.
    ///
    /// @param pitch bytes from one row to the next
    private record Access(String name, long start, long end, long pitch, long row, boolean written) {
        boolean races(Access other) {
            if (!written && !other.written || start >= other.end || other.start >= end) {
                return false;
            }
            long ahead = Math.floorMod(other.start - start, pitch);
            return pitch != other.pitch || ahead < row || pitch - ahead < other.row;
        }
    }

    private ScheduleVerifier(Program program) {
        this.program = program;
        for (Node node : program.graph().nodes()) {
            List<Access> list = new ArrayList<>();
            if (!program.assignment().isFree(node)) {
                node.inputs().forEach(value -> list.add(access(value, false)));
                node.outputs().forEach(value -> list.add(access(value, true)));
            }
            accesses.add(list);
        }
        List<Buffer> buffers = program.plan().buffers();
        for (int i = 0; i < buffers.size(); i++) {
            Buffer buffer = buffers.get(i);
            if (buffer.root() == null) {
                long start = program.plan().offset(i);
                buffer.uses().forEach(use -> accesses.get(use.from()).add(new Access(use.name(), start,
                        start + buffer.bytes(), buffer.bytes(), buffer.bytes(), true)));
            }
        }
    }

    private Access access(Value value, boolean written) {
        Location at = program.assignment().of(value);
        long start = program.plan().offset(at.root()) + at.offset();
        long count = value.shape().count();
        long width = value.dtype().bytes();
        long channels = Math.max(1, value.shape().channels());
        long pitch = Math.max(1, at.pitch());
        long extent = count == 0 ? 0 : ((count / channels - 1) * pitch + channels) * width;
        return new Access(value.toString(), start, start + extent, pitch * width, channels * width, written);
    }

    /// @throws IllegalStateException if two nodes race
    public static void verify(Program program) {
        new ScheduleVerifier(program).verify();
    }

    private void verify() {
        Map<Lane, List<Integer>> running = new EnumMap<>(Lane.class);
        List<Schedule.Step> steps = program.schedule().steps();
        for (int node = 0; node < steps.size(); node++) {
            Schedule.Step step = steps.get(node);
            for (int joined : step.joins()) {
                running.get(steps.get(joined).lane()).removeIf(other -> other <= joined);
            }
            for (Map.Entry<Lane, List<Integer>> lane : running.entrySet()) {
                if (lane.getKey() != step.lane()) {
                    for (int other : lane.getValue()) {
                        requireApart(other, node);
                    }
                }
            }
            if (step.lane() != Lane.MAIN) {
                running.computeIfAbsent(step.lane(), lane -> new ArrayList<>()).add(node);
            }
        }
    }

    private void requireApart(int left, int right) {
        for (Access one : accesses.get(left)) {
            for (Access other : accesses.get(right)) {
                if (one.races(other)) {
                    List<Node> nodes = program.graph().nodes();
                    throw new IllegalStateException(nodes.get(left) + " (node " + left + ") and " + nodes.get(right)
                            + " (node " + right + ") may run at the same time, but " + one + " and " + other
                            + " share bytes");
                }
            }
        }
    }
}
