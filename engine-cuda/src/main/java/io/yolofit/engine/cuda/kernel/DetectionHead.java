package io.yolofit.engine.cuda.kernel;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.BranchWeight;
import io.yolofit.graph.op.StepScalar;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.IntToLongFunction;

/// The structure `Head` of `detection.cuh`: the argument of all kernels of the detection head. Addresses that are not
/// set are 0.
final class DetectionHead {
    /// Most levels of a head.
    static final int MAX_LEVELS = 8;
    /// Anchors of a warp.
    static final int TILE = 32;

    private static final int ADDRESSES = 4 * MAX_LEVELS + 15;
    /// Box, class and distance gain, and a fixed weight of the branch.
    private static final int FACTORS = 4;
    private static final int INTEGERS = 4 * MAX_LEVELS + 7;

    private final Node node;
    private final List<Integer> strides;
    private final MemorySegment memory;

    /// @param node whose first inputs are box and class logits, level by level
    DetectionHead(Node node, List<Integer> strides, Arena arena) {
        if (strides.size() > MAX_LEVELS) {
            throw new IllegalArgumentException(node.op().name() + " has " + strides.size() + " levels, but its kernels"
                    + " support " + MAX_LEVELS + ": give the head fewer levels or use device=cpu");
        }
        this.node = node;
        this.strides = strides;
        this.memory = arena.allocate((ADDRESSES + FACTORS) * Long.BYTES + (INTEGERS + 1L) / 2 * Long.BYTES, Long.BYTES);
        int first = 0;
        for (int level = 0; level < strides.size(); level++) {
            integer(level, strides.get(level));
            integer(MAX_LEVELS + level, Math.toIntExact(node.input(2 * level).shape().dim(1)));
            integer(2 * MAX_LEVELS + level, Math.toIntExact(node.input(2 * level).shape().dim(2)));
            integer(3 * MAX_LEVELS + level, first);
            first = Math.addExact(first, cells(node, level));
        }
        integer(3 * MAX_LEVELS + strides.size(), first);
        Math.multiplyExact(first, images(node));
        int at = 4 * MAX_LEVELS + 1;
        integer(at, strides.size());
        integer(at + 1, images(node));
        integer(at + 2, Math.toIntExact(node.input(1).shape().channels()));
    }

    static int images(Node node) {
        return Math.toIntExact(node.input(0).shape().dim(0));
    }

    /// Cells of one image in a level.
    static int cells(Node node, int level) {
        return Math.toIntExact(Math.multiplyExact(node.input(2 * level).shape().dim(1),
                node.input(2 * level).shape().dim(2)));
    }

    /// Anchors of one image.
    static int anchors(Node node, int levels) {
        int anchors = 0;
        for (int level = 0; level < levels; level++) {
            anchors += cells(node, level);
        }
        return anchors;
    }

    /// Warps for all anchors, if each takes 32 anchors of one level.
    ///
    /// @param images whose anchors of a level are contiguous
    static int tiles(Node node, int levels, int images) {
        int tiles = 0;
        for (int level = 0; level < levels; level++) {
            tiles += Math.ceilDiv(images * cells(node, level), TILE);
        }
        return tiles;
    }

    DetectionHead logits(IntToLongFunction inputAddress) {
        for (int level = 0; level < strides.size(); level++) {
            address(level, inputAddress.applyAsLong(2 * level));
            address(MAX_LEVELS + level, inputAddress.applyAsLong(2 * level + 1));
        }
        return this;
    }

    DetectionHead gradients(IntToLongFunction outputAddress) {
        for (int level = 0; level < strides.size(); level++) {
            address(2 * MAX_LEVELS + level, outputAddress.applyAsLong(2 * level + 1));
            address(3 * MAX_LEVELS + level, outputAddress.applyAsLong(2 * level + 2));
        }
        integer(4 * MAX_LEVELS + 5, 1);
        return this;
    }

    DetectionHead targets(long targets, long offsets, long scalars, int capacity) {
        address(4 * MAX_LEVELS, targets);
        address(4 * MAX_LEVELS + 1, offsets);
        address(4 * MAX_LEVELS + 2, scalars);
        integer(4 * MAX_LEVELS + 4, capacity);
        return this;
    }

    /// Address of the result: loss items or predictions.
    DetectionHead out(long address) {
        address(4 * MAX_LEVELS + 3, address);
        return this;
    }

    /// Addresses in the workspace, in the structure's order: sides, angles, claims, closest, weights, partials,
    /// normalizer, finished.
    DetectionHead workspace(long... addresses) {
        for (int i = 0; i < addresses.length; i++) {
            address(4 * MAX_LEVELS + 4 + i, addresses[i]);
        }
        return this;
    }

    /// Addresses of the assignment of several ranks, in the structure's order: objects, soft targets, sums.
    DetectionHead assignment(long objects, long softTargets, long sums) {
        address(4 * MAX_LEVELS + 12, objects);
        address(4 * MAX_LEVELS + 13, softTargets);
        address(4 * MAX_LEVELS + 14, sums);
        return this;
    }

    /// Gains of the terms, and weight of the branch.
    DetectionHead factors(double box, double cls, double distance, BranchWeight weight) {
        double[] factors = {box, cls, distance, switch (weight) {
            case BranchWeight.Fixed(double value) -> value;
            case BranchWeight.Scheduled _ -> Double.NaN; // not read
        }};
        MemorySegment.copy(factors, 0, memory, ValueLayout.JAVA_DOUBLE, (long) ADDRESSES * Long.BYTES, FACTORS);
        integer(4 * MAX_LEVELS + 6, switch (weight) {
            case BranchWeight.Fixed _ -> -1;
            case BranchWeight.Scheduled(StepScalar scalar) -> scalar.ordinal();
        });
        return this;
    }

    MemorySegment memory() {
        return memory;
    }

    private void address(int index, long address) {
        memory.setAtIndex(ValueLayout.JAVA_LONG, index, address);
    }

    private void integer(int index, int value) {
        long integers = (ADDRESSES + FACTORS) * (long) Long.BYTES;
        memory.set(ValueLayout.JAVA_INT, integers + (long) index * Integer.BYTES, value);
    }
}
