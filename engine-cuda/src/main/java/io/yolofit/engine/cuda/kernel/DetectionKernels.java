package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.engine.cuda.kernel.detection.DetectionHead;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Assignment;
import io.yolofit.graph.op.DetectionDecode;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.LossTerm;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Kernels of the detection head, sources in `detection`: five for the loss, one after the other, and one for decoding.
final class DetectionKernels {
    /// Eight warps, each with 32 anchors or one object. The box loss has up to 119 registers per thread, so two blocks
    /// are resident.
    private static final int THREADS = 256;
    private static final int TILES_A_BLOCK = THREADS / DetectionHead.TILE;
    private static final int SIDES = 4;
    private static final int ALIGNMENT = 256;
    private static final int BLOCK_SUMS = LossTerm.COUNT;
    /// Best anchors of an object that a warp lists: one more than an object claims, so that a close decision shows.
    private static final int LISTED = 16;
    private static final String BLOCK = "THREADS=" + THREADS;

    /// Workspace bytes of an anchor: sides, angle, claims, closest object. The other sections hold the soft targets of
    /// each object, the sums of each block, the normalizer and the counters.
    private static final int SIDES_BYTES = 16;
    private static final int ANGLE_BYTES = 4;
    private static final int CLAIMS_BYTES = 8;
    private static final int CLOSEST_BYTES = 8;

    private DetectionKernels() {
    }

    static CudaKernel loss(DetectionLoss op, KernelContext context) {
        Node node = context.node();
        DetectionHead head = new DetectionHead(node, op.strides(), context.memory())
                .logits(input -> context.in(input).address())
                .targets(context.in(op.targetsOperand()).address(), context.in(op.offsetsOperand()).address(),
                        context.in(op.scalarsOperand()).address(), capacity(op.assign(), node))
                .out(context.out(0).address())
                .factors(op.boxGain(), op.classGain(), op.distanceGain(), op.weight())
                .workspace(addresses(op.assign(), node, context.workspace()));
        if (op.gradients()) {
            head.gradients(output -> context.out(output).address());
        }
        if (op.isAssigned(node)) {
            head.assignment(context.in(op.objectsOperand()).address(), context.in(op.objectsOperand() + 1).address(),
                    context.in(op.sumsOperand()).address());
            return terms(op, head, context, "ASSIGNED=1");
        }
        return assign(op.assign(), head, context).then(terms(op, head, context));
    }

    /// The first half of the loss of several ranks.
    static CudaKernel assign(DetectionLoss.Assign op, KernelContext context) {
        Node node = context.node();
        int targets = 2 * op.strides().size();
        DetectionHead head = new DetectionHead(node, op.strides(), context.memory())
                .logits(input -> context.in(input).address())
                .targets(context.in(targets).address(), context.in(targets + 1).address(), 0, capacity(op, node))
                .workspace(addresses(op, node, context.workspace()))
                .assignment(context.out(0).address(), context.out(1).address(), context.out(2).address());
        return assign(op, head, context).then(context.launch(
                context.kernel("detection/resolve.cu", "store_assignment", type(node), assignment(op)).block(THREADS)
                        .threads(rows(op, node)), head.memory()));
    }

    private static CudaKernel assign(DetectionLoss.Assign op, DetectionHead head, KernelContext context) {
        Node node = context.node();
        String[] assignment = assignment(op);
        int capacity = capacity(op, node);
        return context.launch(context.kernel("detection/assign.cu", "decode_sides", type(node), assignment)
                        .block(THREADS).threads(SIDES * rows(op, node)), head.memory())
                .then(context.launch(context.kernel("detection/assign.cu", "assign", type(node), assignment)
                        .block(THREADS).grid(capacity), head.memory()))
                .then(context.launch(context.kernel("detection/resolve.cu", "resolve_claims", type(node), assignment)
                        .block(THREADS).grid(capacity), head.memory()));
    }

    /// The terms and their gradients.
    private static CudaKernel terms(DetectionLoss op, DetectionHead head, KernelContext context, String... more) {
        Node node = context.node();
        long blocks = blocks(op.assign(), node);
        String[] defines = Stream.concat(Stream.of("BINS=" + op.bins(), BLOCK), Stream.of(more)).toArray(String[]::new);
        return context.launch(context.kernel("detection/box_loss.cu", "box_loss", type(node), defines).block(THREADS)
                        .grid(blocks), head.memory())
                .then(context.launch(context.kernel("detection/class_loss.cu", "class_loss", type(node), defines)
                        .block(THREADS).grid(blocks), head.memory()));
    }

    private static DType type(Node node) {
        return node.input(0).dtype();
    }

    private static String[] assignment(DetectionLoss.Assign op) {
        Assignment assignment = op.assignment();
        if (assignment.topK() >= LISTED) {
            throw new IllegalArgumentException(op.name() + " claims " + assignment.topK() + " anchors per object, but"
                    + " its kernels support " + (LISTED - 1) + ": lower topK or use device=cpu");
        }
        return new String[] {"BINS=" + op.bins(), "TOP=" + assignment.topK(), "KEEP=" + assignment.keep(),
            "ALPHA=" + assignment.alpha(), "BETA=" + assignment.beta(), "LISTED=" + LISTED, BLOCK};
    }

    /// Workspace bytes of the loss and of its first half: linear in anchors plus objects.
    static long workspace(DetectionLoss.Assign op, Node node) {
        long[] sections = sections(op, node);
        return LongStream.of(sections).map(DetectionKernels::aligned).sum();
    }

    static CudaKernel decode(DetectionDecode op, KernelContext context) {
        Node node = context.node();
        DetectionHead head = new DetectionHead(node, op.strides(), context.memory())
                .logits(input -> context.in(input).address())
                .out(context.out(0).address());
        long blocks = Math.ceilDiv(DetectionHead.tiles(node, op.strides().size(), 1), TILES_A_BLOCK);
        Launch launch = context.kernel("detection/decode.cu", "decode", node.input(0).dtype(), "BINS=" + op.bins(),
                BLOCK);
        return context.launch(launch.block(THREADS).grid(blocks, DetectionHead.images(node), 1), head.memory());
    }

    private static int capacity(DetectionLoss.Assign op, Node node) {
        return Math.toIntExact(node.input(2 * op.strides().size()).shape().dim(0));
    }

    /// Anchors of all images.
    private static long rows(DetectionLoss.Assign op, Node node) {
        return (long) DetectionHead.images(node) * DetectionHead.anchors(node, op.strides().size());
    }

    private static long blocks(DetectionLoss.Assign op, Node node) {
        return Math.ceilDiv(DetectionHead.tiles(node, op.strides().size(), DetectionHead.images(node)), TILES_A_BLOCK);
    }

    /// Bytes of each section of the workspace, in the order of the structure's fields; the last holds the counters. A
    /// loss whose assignment is an operand needs no sections of anchors and objects.
    private static long[] sections(DetectionLoss.Assign op, Node node) {
        boolean assigned = node.op() instanceof DetectionLoss loss && loss.isAssigned(node);
        long rows = assigned ? 0 : rows(op, node);
        long objects = assigned ? 0 : capacity(op, node);
        return new long[] {SIDES_BYTES * rows, ANGLE_BYTES * rows, CLAIMS_BYTES * rows, CLOSEST_BYTES * rows,
            Double.BYTES * objects, BLOCK_SUMS * Double.BYTES * blocks(op, node), Double.BYTES,
            2 * Integer.BYTES};
    }

    /// Address of each section of the workspace.
    private static long[] addresses(DetectionLoss.Assign op, Node node, long base) {
        long[] addresses = sections(op, node);
        long next = base;
        for (int i = 0; i < addresses.length; i++) {
            long bytes = addresses[i];
            addresses[i] = next;
            next += aligned(bytes);
        }
        return addresses;
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, ALIGNMENT) * (long) ALIGNMENT;
    }
}
