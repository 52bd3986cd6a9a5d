package io.yolofit.engine.cuda.kernel.detection;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.yolofit.graph.Node;
import io.yolofit.graph.op.BranchWeight;
import io.yolofit.graph.op.StepScalar;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.IntToLongFunction;

/// The structure `Head` of `detection.cuh`: the argument of all kernels of the detection head. Addresses that are not
/// set are 0.
public final class DetectionHead {
    /// Most levels of a head: architectures have three, or four with P2 or P6, and eight end at stride 512. The
    /// argument structure then has 568 bytes; kernels may have at most 4,096 bytes of arguments on every device.
    public static final int MAX_LEVELS = 8;
    /// Anchors of a warp.
    public static final int TILE = 32;

    /// The fields of the structure in their order, by the names of `detection.cuh`.
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            levels("box", JAVA_LONG), levels("cls", JAVA_LONG), levels("box_gradient", JAVA_LONG),
            levels("cls_gradient", JAVA_LONG),
            JAVA_LONG.withName("targets"), JAVA_LONG.withName("offsets"), JAVA_LONG.withName("scalars"),
            JAVA_LONG.withName("out"), JAVA_LONG.withName("sides"), JAVA_LONG.withName("angles"),
            JAVA_LONG.withName("claims"), JAVA_LONG.withName("closest"), JAVA_LONG.withName("weights"),
            JAVA_LONG.withName("partials"), JAVA_LONG.withName("normalizer"), JAVA_LONG.withName("finished"),
            JAVA_LONG.withName("objects"), JAVA_LONG.withName("soft_targets"), JAVA_LONG.withName("sums"),
            JAVA_DOUBLE.withName("box_gain"), JAVA_DOUBLE.withName("cls_gain"), JAVA_DOUBLE.withName("dfl_gain"),
            JAVA_DOUBLE.withName("weight"),
            levels("stride", JAVA_INT), levels("height", JAVA_INT), levels("width", JAVA_INT),
            MemoryLayout.sequenceLayout(MAX_LEVELS + 1, JAVA_INT).withName("start"),
            JAVA_INT.withName("levels"), JAVA_INT.withName("images"), JAVA_INT.withName("classes"),
            JAVA_INT.withName("capacity"), JAVA_INT.withName("gradients"), JAVA_INT.withName("weight_scalar"),
            MemoryLayout.paddingLayout(Integer.BYTES));
    private static final List<String> WORKSPACE = List.of(
            "sides", "angles", "claims", "closest", "weights", "partials", "normalizer", "finished");

    private final Node node;
    private final List<Integer> strides;
    private final MemorySegment memory;

    /// @param node whose first inputs are box and class logits, level by level
    public DetectionHead(Node node, List<Integer> strides, Arena arena) {
        if (strides.size() > MAX_LEVELS) {
            throw new IllegalArgumentException(node.op().name() + " has " + strides.size() + " levels, but its kernels"
                    + " support " + MAX_LEVELS + ": give the head fewer levels or use device=cpu");
        }
        this.node = node;
        this.strides = strides;
        this.memory = arena.allocate(LAYOUT);
        int first = 0;
        for (int level = 0; level < strides.size(); level++) {
            integer("stride", level, strides.get(level));
            integer("height", level, Math.toIntExact(node.input(2 * level).shape().dim(1)));
            integer("width", level, Math.toIntExact(node.input(2 * level).shape().dim(2)));
            integer("start", level, first);
            first = Math.addExact(first, cells(node, level));
        }
        integer("start", strides.size(), first);
        Math.multiplyExact(first, images(node));
        integer("levels", strides.size());
        integer("images", images(node));
        integer("classes", Math.toIntExact(node.input(1).shape().channels()));
    }

    private static MemoryLayout levels(String name, ValueLayout element) {
        return MemoryLayout.sequenceLayout(MAX_LEVELS, element).withName(name);
    }

    public static int images(Node node) {
        return Math.toIntExact(node.input(0).shape().dim(0));
    }

    /// Cells of one image in a level.
    public static int cells(Node node, int level) {
        return Math.toIntExact(Math.multiplyExact(node.input(2 * level).shape().dim(1),
                node.input(2 * level).shape().dim(2)));
    }

    /// Anchors of one image.
    public static int anchors(Node node, int levels) {
        int anchors = 0;
        for (int level = 0; level < levels; level++) {
            anchors += cells(node, level);
        }
        return anchors;
    }

    /// Warps for all anchors, if each takes 32 anchors of one level.
    ///
    /// @param images whose anchors of a level are contiguous
    public static int tiles(Node node, int levels, int images) {
        int tiles = 0;
        for (int level = 0; level < levels; level++) {
            tiles += Math.ceilDiv(images * cells(node, level), TILE);
        }
        return tiles;
    }

    public DetectionHead logits(IntToLongFunction inputAddress) {
        for (int level = 0; level < strides.size(); level++) {
            address("box", level, inputAddress.applyAsLong(2 * level));
            address("cls", level, inputAddress.applyAsLong(2 * level + 1));
        }
        return this;
    }

    public DetectionHead gradients(IntToLongFunction outputAddress) {
        for (int level = 0; level < strides.size(); level++) {
            address("box_gradient", level, outputAddress.applyAsLong(2 * level + 1));
            address("cls_gradient", level, outputAddress.applyAsLong(2 * level + 2));
        }
        integer("gradients", 1);
        return this;
    }

    public DetectionHead targets(long targets, long offsets, long scalars, int capacity) {
        address("targets", targets);
        address("offsets", offsets);
        address("scalars", scalars);
        integer("capacity", capacity);
        return this;
    }

    /// Address of the result: loss items or predictions.
    public DetectionHead out(long address) {
        address("out", address);
        return this;
    }

    /// Addresses in the workspace, in the structure's order: sides, angles, claims, closest, weights, partials,
    /// normalizer, finished.
    public DetectionHead workspace(long... addresses) {
        for (int i = 0; i < addresses.length; i++) {
            address(WORKSPACE.get(i), addresses[i]);
        }
        return this;
    }

    /// Addresses of the assignment of several ranks.
    public DetectionHead assignment(long objects, long softTargets, long sums) {
        address("objects", objects);
        address("soft_targets", softTargets);
        address("sums", sums);
        return this;
    }

    /// Gains of the terms, and weight of the branch.
    public DetectionHead factors(double box, double cls, double distance, BranchWeight weight) {
        factor("box_gain", box);
        factor("cls_gain", cls);
        factor("dfl_gain", distance);
        factor("weight", switch (weight) {
            case BranchWeight.Fixed(double value) -> value;
            case BranchWeight.Scheduled _ -> Double.NaN; // not read
        });
        integer("weight_scalar", switch (weight) {
            case BranchWeight.Fixed _ -> -1;
            case BranchWeight.Scheduled(StepScalar scalar) -> scalar.ordinal();
        });
        return this;
    }

    public MemorySegment memory() {
        return memory;
    }

    /// Offset of a field in the structure, bytes.
    public static long offset(String field) {
        return LAYOUT.byteOffset(PathElement.groupElement(field));
    }

    private void address(String field, long address) {
        memory.set(JAVA_LONG, offset(field), address);
    }

    private void address(String field, int level, long address) {
        memory.set(JAVA_LONG, offset(field) + (long) level * Long.BYTES, address);
    }

    private void factor(String field, double value) {
        memory.set(JAVA_DOUBLE, offset(field), value);
    }

    private void integer(String field, int value) {
        memory.set(JAVA_INT, offset(field), value);
    }

    private void integer(String field, int level, int value) {
        memory.set(JAVA_INT, offset(field) + (long) level * Integer.BYTES, value);
    }
}
