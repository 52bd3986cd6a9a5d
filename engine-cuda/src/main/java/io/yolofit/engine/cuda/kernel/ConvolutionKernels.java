package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.dnn.ConvolutionAlgorithm;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem.Direction;
import io.yolofit.engine.cuda.dnn.Convolutions;
import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Accumulating;
import io.yolofit.graph.op.Conv2d;
import io.yolofit.graph.plan.ArenaPacker;
import java.util.Optional;

/// Kernels of [Conv2d]: tuned algorithms with the bias and conversion kernels that they need, [FirstConvKernels], or
/// [DepthwiseKernels].
final class ConvolutionKernels {
    /// Most workspace bytes of a convolution algorithm. A larger cap gains nothing; without workspace, convolutions are
    /// many times slower.
    static final long WORKSPACE_CAP = 32L << 20;

    private static final long FULL_ALIGNMENT = 16;
    private static final String WIDEN = "convolution/widen_gradient.cu";

    private ConvolutionKernels() {
    }

    /// Workspace bytes of a node: a bound for all devices and versions of cuDNN, whichever algorithm they select.
    static long workspace(Conv2d op, Node node) {
        if (DepthwiseKernels.serves(op, node)) {
            return DepthwiseKernels.workspace(op, node);
        }
        long library = libraryWorkspace(op, node);
        return FirstConvKernels.serves(op, node) ? Math.max(library, FirstConvKernels.workspace(op, node)) : library;
    }

    /// A half-precision weight gradient is written to the workspace first, after the workspace of the algorithm.
    private static long libraryWorkspace(Conv2d op, Node node) {
        return switch (op) {
            case Conv2d.Forward _, Conv2d.DataGrad _ -> WORKSPACE_CAP;
            case Conv2d.WeightGrad grad -> WORKSPACE_CAP + (node.input(0).dtype().isHalf()
                    ? ArenaPacker.align(grad.w().count() * node.input(0).dtype().bytes()) : 0);
            case Conv2d.BiasGrad _ -> PointwiseKernels.biasGradWorkspace(node);
        };
    }

    /// The convolution problem of a node, if it has one that needs an algorithm. A weight gradient is computed in the
    /// type of the activations, because cuDNN's kernels that write it in fp32 are up to 20 times slower.
    private static Optional<ConvolutionProblem> problem(KernelContext context) {
        Node node = context.node();
        if (node.op() instanceof Conv2d op && (isFirstConv(op, context) || DepthwiseKernels.serves(op, node))) {
            return Optional.empty();
        }
        DType type = node.inputs().isEmpty() ? DType.F32 : node.input(0).dtype();
        return switch (node.op()) {
            case Conv2d.Forward(var window) -> Optional.of(new ConvolutionProblem(Direction.FORWARD,
                    node.input(0).shape(), node.input(1).shape(), node.output(0).shape(), window, type, false,
                    aligned(context.in(1))));
            case Conv2d.DataGrad grad -> Optional.of(new ConvolutionProblem(Direction.DATA, grad.x(),
                    node.input(1).shape(), node.input(0).shape(), grad.window(), type, grad.accumulates(node),
                    aligned(context.in(1))));
            case Conv2d.WeightGrad grad -> Optional.of(new ConvolutionProblem(Direction.WEIGHT,
                    node.input(0).shape(), grad.w(), node.input(1).shape(), grad.window(), type,
                    !type.isHalf() && grad.accumulates(node), type.isHalf() || aligned(context.out(0))));
            default -> Optional.empty();
        };
    }

    /// The same with the handle that it needs.
    static Optional<Convolutions.Site> site(KernelContext context) {
        return problem(context).map(problem -> new Convolutions.Site(problem, context.overlaps()));
    }

    /// Whether [FirstConvKernels] compute the node on this device.
    private static boolean isFirstConv(Conv2d op, KernelContext context) {
        return context.ownConvolutions() && FirstConvKernels.serves(op, context.node())
                && context.device().capability() >= FirstConvKernels.CAPABILITY;
    }

    private static boolean aligned(DeviceTensor weights) {
        return weights.address() % FULL_ALIGNMENT == 0;
    }

    static CudaKernel bind(Conv2d op, KernelContext context, Convolutions convolutions) {
        boolean depthwise = DepthwiseKernels.serves(op, context.node());
        return switch (op) {
            case Conv2d.Forward forward when depthwise -> DepthwiseKernels.forward(forward, context);
            case Conv2d.DataGrad grad when depthwise -> DepthwiseKernels.dataGradient(grad, context);
            case Conv2d.WeightGrad grad when depthwise -> DepthwiseKernels.weightGradient(grad, context);
            case Conv2d.Forward forward -> isFirstConv(forward, context) ? FirstConvKernels.forward(forward, context)
                    : forward(forward, context, convolutions);
            case Conv2d.DataGrad grad -> existingInPlace(grad, context).then(run(convolutions.algorithm(
                    site(context).orElseThrow()).bind(context.out(0).address(), context.in(1).address(),
                    context.in(0).address(), context.workspace())));
            case Conv2d.WeightGrad grad -> isFirstConv(grad, context) ? FirstConvKernels.weightGradient(grad, context)
                    : weightGradient(grad, context, convolutions);
            case Conv2d.BiasGrad grad -> PointwiseKernels.biasGrad(grad, context);
        };
    }

    private static CudaKernel forward(Conv2d.Forward op, KernelContext context, Convolutions convolutions) {
        ConvolutionAlgorithm algorithm = convolutions.algorithm(site(context).orElseThrow());
        CudaKernel convolution = run(algorithm.bind(context.in(0).address(), context.in(1).address(),
                context.out(0).address(), context.workspace()));
        return context.node().inputs().size() == 3
                ? convolution.then(PointwiseKernels.biasAdd(context.out(0), context.in(2), false, context))
                : convolution;
    }

    private static CudaKernel weightGradient(Conv2d.WeightGrad op, KernelContext context, Convolutions convolutions) {
        ConvolutionAlgorithm algorithm = convolutions.algorithm(site(context).orElseThrow());
        DType type = context.in(0).dtype();
        long written = type.isHalf() ? context.workspace() + WORKSPACE_CAP : context.out(0).address();
        CudaKernel convolution = existingInPlace(op, context).then(run(algorithm.bind(context.in(0).address(), written,
                context.in(1).address(), context.workspace())));
        return !type.isHalf() ? convolution : convolution.then(context.launch(
                context.kernel(WIDEN, "widen", type).threads(op.w().count()), written, context.out(0), op.w().count(),
                op.accumulates(context.node()) ? 1 : 0));
    }

    /// If the result is accumulated and not in place, copies the existing gradient to the result's address first.
    private static CudaKernel existingInPlace(Accumulating op, KernelContext context) {
        if (!op.accumulates(context.node())) {
            return CudaKernel.NOTHING;
        }
        DeviceTensor existing = context.in(op.operands());
        DeviceTensor result = context.out(0);
        return existing.address() == result.address() ? CudaKernel.NOTHING
                : stream -> stream.copy(result.address(), existing.address(), result.type().bytes());
    }

    private static CudaKernel run(ConvolutionAlgorithm.Bound bound) {
        return bound::enqueue;
    }
}
