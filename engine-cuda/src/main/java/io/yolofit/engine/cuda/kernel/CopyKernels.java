package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.kernel.binding.CudaKernel;
import io.yolofit.engine.cuda.kernel.binding.DeviceTensor;
import io.yolofit.engine.cuda.kernel.binding.KernelContext;
import io.yolofit.engine.cuda.kernel.tiling.ElementwiseTiling;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Slice;

/// Kernels of ops that copy, add or convert elements: sources in `copy`.
final class CopyKernels {
    private static final int CAST_LANES = 8;

    private CopyKernels() {
    }

    /// Copies the parts that were not written in place.
    static CudaKernel concat(Concat op, KernelContext context) {
        DeviceTensor whole = context.out(0);
        CudaKernel kernel = CudaKernel.NOTHING;
        long offset = 0;
        for (int i = 0; i < context.node().inputs().size(); i++) {
            DeviceTensor part = context.in(i);
            if (!context.program().assignment().inPlace(context.node(), i)) {
                kernel = join(kernel, copy(part, channels(whole, offset, part), context));
            }
            offset += part.channels();
        }
        return kernel;
    }

    static CudaKernel slice(Slice.Forward op, KernelContext context) {
        if (context.program().assignment().isFree(context.node())) {
            return CudaKernel.NOTHING;
        }
        DeviceTensor y = context.out(0);
        return copy(channels(context.in(0), op.offset(), y), y, context);
    }

    static CudaKernel reshape(KernelContext context) {
        if (context.program().assignment().isFree(context.node())) {
            return CudaKernel.NOTHING;
        }
        DeviceTensor x = context.in(0);
        DeviceTensor y = context.out(0);
        boolean vector = x.channels() != y.channels();
        return copy(vector ? x : new DeviceTensor(x.address(), y.type(), x.pitch()),
                vector ? new DeviceTensor(y.address(), x.type(), x.channels()) : y, context);
    }

    /// If dx is the existing gradient in place, only the channels of the slice are read and written.
    static CudaKernel sliceGradient(Slice.Gradient op, KernelContext context) {
        DeviceTensor dy = context.in(0);
        DeviceTensor dx = context.out(0);
        boolean accumulates = op.accumulates(context.node());
        DeviceTensor existing = accumulates ? context.in(op.operands()) : new DeviceTensor(0, dx.type(), dx.pitch());
        if (existing.address() == dx.address() && existing.pitch() == dx.pitch()) {
            DeviceTensor part = channels(dx, op.offset(), dy);
            return add(part, dy, part, context);
        }
        int lanes = ElementwiseTiling.lanes(dx);
        ElementwiseTiling tiling = ElementwiseTiling.ofChannels(lanes, existing, dx);
        if (!dy.vectorized() || op.offset() % lanes != 0) {
            tiling = tiling.narrow();
        }
        return context.launch(tiling.kernel(context, "copy/add.cu", "slice_gradient", dx.dtype()), dy,
                existing, dx, tiling.count(), tiling.columnCount(), dy.pitch(), existing.pitch(), dx.pitch(),
                (int) op.offset(), (int) dy.channels());
    }

    static CudaKernel add(Add op, KernelContext context) {
        return add(context.in(0), context.in(1), context.out(0), context);
    }

    private static CudaKernel add(DeviceTensor a, DeviceTensor b, DeviceTensor y, KernelContext context) {
        ElementwiseTiling tiling = ElementwiseTiling.of(ElementwiseTiling.lanes(y), a, b, y);
        return context.launch(tiling.kernel(context, "copy/add.cu", "add", y.dtype()), a, b, y,
                tiling.count(), tiling.columnCount(), tiling.pitch(a), tiling.pitch(b), tiling.pitch(y));
    }

    static CudaKernel cast(Cast op, KernelContext context) {
        return convert(context);
    }

    static CudaKernel pixels(Pixels op, KernelContext context) {
        return convert(context);
    }

    private static CudaKernel convert(KernelContext context) {
        DeviceTensor x = context.in(0);
        DeviceTensor y = context.out(0);
        ElementwiseTiling tiling = ElementwiseTiling.of(CAST_LANES, x, y);
        String from = "FROM_" + x.dtype().name();
        return context.launch(tiling.kernel(context, "copy/cast.cu", "cast", y.dtype(), from), x, y,
                tiling.count(), tiling.columnCount(), tiling.pitch(x), tiling.pitch(y));
    }

    /// Copies the parts that were not written in place into the flat buffer.
    static CudaKernel pack(Flat.Pack op, KernelContext context) {
        Node node = context.node();
        DeviceTensor flat = context.out(0);
        CudaKernel kernel = CudaKernel.NOTHING;
        long offset = 0;
        for (int i = op.firstPart(); i < node.inputs().size(); i++) {
            DeviceTensor part = context.in(i);
            if (!context.program().assignment().inPlace(node, i)) {
                long address = flat.address() + offset * DType.F32.bytes();
                kernel = join(kernel, copy(part, new DeviceTensor(address, part.type(), part.channels()), context));
            }
            offset += part.count();
        }
        return kernel;
    }

    /// The channels `[offset, offset + part.channels())` of a tensor, as an operand of the part's shape.
    private static DeviceTensor channels(DeviceTensor whole, long offset, DeviceTensor part) {
        return new DeviceTensor(whole.address() + offset * whole.dtype().bytes(), part.type(), whole.pitch());
    }

    private static CudaKernel copy(DeviceTensor from, DeviceTensor to, KernelContext context) {
        ElementwiseTiling tiling = ElementwiseTiling.of(ElementwiseTiling.lanes(to), from, to);
        String element = "ELEMENT=u" + Byte.SIZE * to.dtype().bytes();
        return context.launch(tiling.kernel(context, "copy/copy.cu", "copy", null, element), from, to,
                tiling.count(), tiling.columnCount(), tiling.pitch(from), tiling.pitch(to));
    }

    private static CudaKernel join(CudaKernel first, CudaKernel second) {
        return first == CudaKernel.NOTHING ? second : first.then(second);
    }
}
