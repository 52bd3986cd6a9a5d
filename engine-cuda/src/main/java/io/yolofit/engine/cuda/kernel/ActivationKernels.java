package io.yolofit.engine.cuda.kernel;

import io.yolofit.graph.op.LeakyRelu;
import io.yolofit.graph.op.Silu;
import java.util.ArrayList;
import java.util.List;

/// Kernels of [Silu] and [LeakyRelu]: source `activation/activation.cu`.
final class ActivationKernels {
    private ActivationKernels() {
    }

    static CudaKernel silu(Silu op, KernelContext context) {
        return switch (op) {
            case Silu.Forward() -> launch("silu_forward", context, List.of(context.in(0)));
            case Silu.Gradient() -> launch("silu_gradient", context, List.of(context.in(0), context.in(1)));
        };
    }

    static CudaKernel leaky(LeakyRelu op, KernelContext context) {
        float slope = (float) op.slope();
        return switch (op) {
            case LeakyRelu.Forward _ -> launch("leaky_relu_forward", context, List.of(context.in(0)), slope);
            case LeakyRelu.Gradient _ ->
                    launch("leaky_relu_gradient", context, List.of(context.in(0), context.in(1)), slope);
        };
    }

    /// @param more arguments after the operands and their pitches
    private static CudaKernel launch(String entry, KernelContext context, List<DeviceTensor> in, Object... more) {
        DeviceTensor out = context.out(0);
        List<DeviceTensor> operands = new ArrayList<>(in);
        operands.add(out);
        ElementwiseTiling tiling = ElementwiseTiling.of(ElementwiseTiling.lanes(out),
                operands.toArray(DeviceTensor[]::new));
        List<Object> arguments = new ArrayList<>(operands);
        arguments.add(tiling.count());
        arguments.add(tiling.columnCount());
        operands.forEach(operand -> arguments.add(tiling.pitch(operand)));
        arguments.addAll(List.of(more));
        return context.launch(tiling.kernel(context, "activation/activation.cu", entry, out.dtype()),
                arguments.toArray());
    }
}
