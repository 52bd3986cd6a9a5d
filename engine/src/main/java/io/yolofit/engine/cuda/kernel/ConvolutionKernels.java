package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.dnn.ConvolutionPlan;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem.Direction;
import io.yolofit.engine.cuda.dnn.Convolutions;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Accumulating;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.plan.ArenaPacker;
import java.util.Optional;

/// Kernels of [Conv2d]: cuDNN's, with what it leaves to do around them, and [StemKernels].
final class ConvolutionKernels {
    /// Most scratch memory of one convolution. More gains nothing; without any, convolutions collapse.
    static final long WORKSPACE_CAP = 32L << 20;

    private static final long FULL_ALIGNMENT = 16;
    private static final String WIDEN = "convert.cu";

    private ConvolutionKernels() {
    }

    /// Scratch memory of a node, the same for all devices and versions of cuDNN, whichever kernels they have.
    static long workspace(Conv2d op, Node node) {
        long library = libraryWorkspace(op, node);
        return StemKernels.serves(op, node) ? Math.max(library, StemKernels.workspace(op, node)) : library;
    }

    /// The gradient of weights may be written in half precision first.
    private static long libraryWorkspace(Conv2d op, Node node) {
        return switch (op) {
            case Conv2d.Forward _, Conv2d.DataGrad _ -> WORKSPACE_CAP;
            case Conv2d.WeightGrad grad -> WORKSPACE_CAP + (node.input(0).dtype().isHalf()
                    ? ArenaPacker.align(grad.w().count() * node.input(0).dtype().bytes()) : 0);
            case Conv2d.BiasGrad _ -> PointwiseKernels.biasGradWorkspace(node);
        };
    }

    /// What cuDNN has to compute for a node, if anything. The weights' gradient comes in the activations' type: cuDNN
    /// writes it in fp32 only by kernels that are up to twenty times slower.
    static Optional<ConvolutionProblem> problem(Site site) {
        Node node = site.node();
        if (node.op() instanceof Conv2d op && isStem(op, site)) {
            return Optional.empty();
        }
        DType type = node.inputs().isEmpty() ? DType.F32 : node.input(0).dtype();
        return switch (node.op()) {
            case Conv2d.Forward(var window) -> Optional.of(new ConvolutionProblem(Direction.FORWARD,
                    node.input(0).shape(), node.input(1).shape(), node.output(0).shape(), window, type, false,
                    aligned(site.in(1))));
            case Conv2d.DataGrad grad -> Optional.of(new ConvolutionProblem(Direction.DATA, grad.x(),
                    node.input(1).shape(), node.input(0).shape(), grad.window(), type, grad.accumulates(node),
                    aligned(site.in(1))));
            case Conv2d.WeightGrad grad -> Optional.of(new ConvolutionProblem(Direction.WEIGHT,
                    node.input(0).shape(), grad.w(), node.input(1).shape(), grad.window(), type,
                    !type.isHalf() && grad.accumulates(node), type.isHalf() || aligned(site.out(0))));
            default -> Optional.empty();
        };
    }

    /// Whether our own kernels compute it on this device.
    private static boolean isStem(Conv2d op, Site site) {
        return StemKernels.serves(op, site.node()) && site.device().capability() >= StemKernels.CAPABILITY;
    }

    private static boolean aligned(Operand weights) {
        return weights.address() % FULL_ALIGNMENT == 0;
    }

    static CudaKernel bind(Conv2d op, Site site, Convolutions convolutions) {
        return switch (op) {
            case Conv2d.Forward forward -> isStem(forward, site) ? StemKernels.forward(forward, site)
                    : forward(forward, site, convolutions);
            case Conv2d.DataGrad grad -> existingInPlace(grad, site).then(run(convolutions.plan(
                    problem(site).orElseThrow()).bind(site.out(0).address(), site.in(1).address(),
                    site.in(0).address(), site.workspace())));
            case Conv2d.WeightGrad grad -> isStem(grad, site) ? StemKernels.weightGradient(grad, site)
                    : weightGradient(grad, site, convolutions);
            case Conv2d.BiasGrad grad -> PointwiseKernels.biasGrad(grad, site);
        };
    }

    private static CudaKernel forward(Conv2d.Forward op, Site site, Convolutions convolutions) {
        CudaKernel convolution = run(convolutions.plan(problem(site).orElseThrow()).bind(site.in(0).address(),
                site.in(1).address(), site.out(0).address(), site.workspace()));
        return site.node().inputs().size() == 3
                ? convolution.then(PointwiseKernels.biasAdd(site.out(0), site.in(2), false, site)) : convolution;
    }

    private static CudaKernel weightGradient(Conv2d.WeightGrad op, Site site, Convolutions convolutions) {
        ConvolutionPlan plan = convolutions.plan(problem(site).orElseThrow());
        DType type = site.in(0).dtype();
        long written = type.isHalf() ? site.workspace() + WORKSPACE_CAP : site.out(0).address();
        CudaKernel convolution = existingInPlace(op, site).then(run(plan.bind(site.in(0).address(), written,
                site.in(1).address(), site.workspace())));
        return !type.isHalf() ? convolution : convolution.then(site.launch(
                site.kernel(WIDEN, "widen", type).threads(op.w().count()), written, site.out(0), op.w().count(),
                op.accumulates(site.node()) ? 1 : 0));
    }

    /// Where the result does not take the place of the gradient it is added to, that is copied there first.
    private static CudaKernel existingInPlace(Accumulating op, Site site) {
        if (!op.accumulates(site.node())) {
            return CudaKernel.NOTHING;
        }
        Operand existing = site.in(op.operands());
        Operand result = site.out(0);
        return existing.address() == result.address() ? CudaKernel.NOTHING
                : stream -> stream.copy(result.address(), existing.address(), result.type().bytes());
    }

    private static CudaKernel run(ConvolutionPlan.Bound bound) {
        return bound::enqueue;
    }
}
