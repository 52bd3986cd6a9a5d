package io.yolofit.train.plan.time;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.op.Cost;
import io.yolofit.graph.plan.BufferAssignment;
import io.yolofit.graph.plan.Lane;
import io.yolofit.graph.plan.WorkspaceModel;
import java.util.List;
import java.util.Map;

/// Times of the CUDA engine's kernels on a GPU, with efficiencies by kernel family that were fitted to measurements on
/// an H200 (docs/results/prediction.md). On other GPUs the rates differ and the efficiencies are assumed to hold.
///
/// A step takes less than its kernels alone, since small weight gradients overlap with other work, and more where the
/// matrix units are busy for long and the clock falls; both are coefficients of the fit.
public final class KernelTimeModel implements StepTimeModel {
    /// Share of the sum of the kernels' times that a step takes, without the two corrections below.
    private static final double SERIAL = .937;
    /// Seconds that one overlapping kernel saves.
    private static final double OVERLAPPED = 12.9e-6;
    /// Additional share of the time that the step's matrix operations take at the full rate, by their arithmetic.
    private static final double CLOCK_HALF = .208;
    /// Share of its computation that a step waits for the slowest of several GPUs: without exchanged statistics four
    /// H200 reach 96.5 to 97.3 % of four times the images of one (docs/results/scaling.md), whatever the step's length.
    private static final double SLOWEST = .025;

    /// A kernel that is bound by its memory traffic.
    ///
    /// @param floor     seconds without work
    /// @param bandwidth share of the copy bandwidth
    private record Traffic(double floor, double bandwidth) {}

    /// By name of the op. Pooling kernels are bound by instructions, which their shares express.
    private static final Map<String, Traffic> TRAFFIC = Map.ofEntries(
            Map.entry("cast", new Traffic(3.66e-6, 1.014)),
            Map.entry("pixels", new Traffic(2.96e-6, .972)),
            Map.entry("bnact.forward", new Traffic(5.54e-6, .822)),
            Map.entry("bnact.apply", new Traffic(3.04e-6, .83)),
            Map.entry("bnact.gradient", new Traffic(7.22e-6, .876)),
            // halves, of several ranks: shares of the two ops above, not measured
            Map.entry("bn.sums", new Traffic(4.9e-6, .81)),
            Map.entry("bn.reduce", new Traffic(5.5e-6, .855)),
            Map.entry("bn.gradient", new Traffic(5.4e-6, .855)),
            Map.entry("conv2d.biasgrad", new Traffic(7.16e-6, .52)),
            Map.entry("maxpool.forward", new Traffic(4.16e-6, .2)),
            Map.entry("maxpool.gradient", new Traffic(8.3e-6, .077)),
            Map.entry("upsample.forward", new Traffic(1.27e-6, .851)),
            Map.entry("upsample.gradient", new Traffic(2.66e-6, .924)),
            Map.entry("slice.gradient", new Traffic(1.92e-6, 1.249)),
            Map.entry("add", new Traffic(1.78e-6, .78)),
            Map.entry("flat.pack", new Traffic(.3e-6, .8)),
            Map.entry("detection_loss", new Traffic(73e-6, .511)),
            Map.entry("gradient_norm", new Traffic(7.1e-6, .967)),
            Map.entry("update.sgd", new Traffic(.1e-6, 1.002)),
            Map.entry("loss_scale.apply", new Traffic(2.64e-6, .882)),
            Map.entry("loss_scale.adjust", new Traffic(2.31e-6, .942)));
    /// Kernels without a measurement of their own.
    private static final Traffic OTHER = new Traffic(3e-6, .8);
    /// Depthwise and other grouped convolutions use no matrix units.
    private static final Traffic GROUPED = new Traffic(6e-6, .5);

    private final DeviceRates rates;
    private final WorkspaceModel overlap;
    private final boolean tf32;
    private final Links links;
    private final Calibration calibration;

    private KernelTimeModel(DeviceRates rates, WorkspaceModel overlap, boolean tf32, Links links,
            Calibration calibration) {
        this.rates = rates;
        this.overlap = overlap;
        this.tf32 = tf32;
        this.links = links;
        this.calibration = calibration;
    }

    /// With TF32 in f32 convolutions, as runs use it by default.
    ///
    /// @param overlap says which kernels overlap with others
    public static KernelTimeModel of(DeviceRates rates, WorkspaceModel overlap) {
        return of(rates, overlap, Links.H200);
    }

    /// The same with other links to other ranks.
    public static KernelTimeModel of(DeviceRates rates, WorkspaceModel overlap, Links links) {
        return new KernelTimeModel(rates, overlap, true, links, Calibration.NONE);
    }

    @Override
    public KernelTimeModel withTf32(boolean allowed) {
        return new KernelTimeModel(rates, overlap, allowed, links, calibration);
    }

    /// The same with corrected times of convolutions.
    public KernelTimeModel with(Calibration other) {
        return new KernelTimeModel(rates, overlap, tf32, links, other);
    }

    @Override
    public double seconds(Node node, BufferAssignment assignment) {
        if (assignment.isFree(node)) {
            return 0;
        }
        if (isMatrixProduct(node)) {
            return convolution(node);
        }
        if (node.op() instanceof AllReduce sum) {
            return links.latency() + sum.linkBytes(node) / links.bandwidth();
        }
        double bytes = TrafficBytes.of(node, assignment);
        Traffic traffic = node.op() instanceof Conv2d && !(node.op() instanceof Conv2d.BiasGrad) ? GROUPED
                : TRAFFIC.getOrDefault(node.op().name(), OTHER);
        return bytes == 0 ? 0 : traffic.floor + bytes / (rates.bandwidth() * traffic.bandwidth);
    }

    /// Seconds of a convolution that is not grouped.
    double convolution(Node node) {
        Conv2d op = (Conv2d) node.op();
        return calibration.factor(op, arithmetic(node)) * ConvolutionTime.seconds(op, node, arithmetic(node), rates);
    }

    @Override
    public double seconds(Graph graph, BufferAssignment assignment) {
        List<Node> nodes = graph.nodes();
        double kernels = 0;
        double matrix = 0;
        double slowed = 0;
        int overlapping = 0;
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            kernels += node.op() instanceof AllReduce ? 0 : seconds(node, assignment);
            if (isMatrixProduct(node) && !assignment.isFree(node)) {
                Cost cost = node.op().cost(node);
                double seconds = cost.flops() / rates.flops(arithmetic(node));
                matrix += seconds;
                slowed += clock(arithmetic(node)) * seconds;
                overlapping += overlap.runsUntil(graph, i) > i ? 1 : 0;
            }
        }
        double least = Math.max(matrix, kernels / 2);
        return Math.max(least, SERIAL * kernels + slowed - OVERLAPPED * overlapping)
                + exposedTransfers(graph, assignment);
    }

    /// Seconds in which a step waits for other ranks: the exchanges of the main lane, what is left of those of the
    /// links' lane when the main lane waits for them, and the wait for the slowest rank.
    private double exposedTransfers(Graph graph, BufferAssignment assignment) {
        List<Node> nodes = graph.nodes();
        double now = 0;
        double exposed = 0;
        double linksFree = 0;
        int join = Integer.MAX_VALUE;
        for (int i = 0; i < nodes.size(); i++) {
            double seconds = seconds(nodes.get(i), assignment);
            if (i > join) {
                exposed += Math.max(0, linksFree - now);
                now = Math.max(now, linksFree);
                join = Integer.MAX_VALUE;
            }
            if (!(nodes.get(i).op() instanceof AllReduce)) {
                now += SERIAL * seconds;
            } else if (overlap.lane(nodes.get(i)) == Lane.LINKS) {
                linksFree = Math.max(now, linksFree) + seconds;
                join = Math.min(join, overlap.runsUntil(graph, i));
            } else {
                now += seconds;
                exposed += seconds;
            }
        }
        boolean several = nodes.stream().anyMatch(node -> node.op() instanceof AllReduce);
        return exposed + Math.max(0, linksFree - now) + (several ? SLOWEST * (now - exposed) : 0);
    }

    private static boolean isMatrixProduct(Node node) {
        return node.op() instanceof Conv2d op && !(op instanceof Conv2d.BiasGrad) && op.window().groups() == 1;
    }

    private static double clock(Arithmetic arithmetic) {
        return switch (arithmetic) {
            case HALF -> CLOCK_HALF;
            case TF32, EXACT -> 0;
        };
    }

    private Arithmetic arithmetic(Node node) {
        return Arithmetic.of(node.input(0).dtype(), tf32);
    }

    @Override
    public Links links() {
        return links;
    }

    @Override
    public String source() {
        return rates.source() + (calibration.text().isEmpty() ? "" : "; " + calibration.text());
    }
}
