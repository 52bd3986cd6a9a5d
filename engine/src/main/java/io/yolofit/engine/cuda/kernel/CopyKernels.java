package io.yolofit.engine.cuda.kernel;

import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.Pixels;
import io.yolofit.graph.op.Slice;

/// Kernels of ops that move elements, add them or change their type: sources copy.cu, add.cu, cast.cu.
final class CopyKernels {
    private static final int CAST_LANES = 8;

    private CopyKernels() {
    }

    /// Copies the parts that are not in place.
    static CudaKernel concat(Concat op, Site site) {
        Operand whole = site.out(0);
        CudaKernel kernel = CudaKernel.NOTHING;
        long offset = 0;
        for (int i = 0; i < site.node().inputs().size(); i++) {
            Operand part = site.in(i);
            if (!site.program().storage().inPlace(site.node(), i)) {
                kernel = join(kernel, copy(part, channels(whole, offset, part), site));
            }
            offset += part.channels();
        }
        return kernel;
    }

    static CudaKernel slice(Slice.Forward op, Site site) {
        if (site.program().storage().isFree(site.node())) {
            return CudaKernel.NOTHING;
        }
        Operand y = site.out(0);
        return copy(channels(site.in(0), op.offset(), y), y, site);
    }

    /// Where the sum takes the existing gradient's place, only the part's channels are touched.
    static CudaKernel sliceGradient(Slice.Gradient op, Site site) {
        Operand dy = site.in(0);
        Operand dx = site.out(0);
        boolean accumulates = op.accumulates(site.node());
        Operand existing = accumulates ? site.in(op.operands()) : new Operand(0, dx.type(), dx.pitch());
        if (existing.address() == dx.address() && existing.pitch() == dx.pitch()) {
            Operand part = channels(dx, op.offset(), dy);
            return add(part, dy, part, site);
        }
        int lanes = Rows.lanes(dx);
        Rows rows = Rows.ofChannels(lanes, existing, dx);
        if (!dy.vectorised() || op.offset() % lanes != 0) {
            rows = rows.narrow();
        }
        return site.launch(rows.over(site.kernel("add.cu", "place", dx.dtype(), rows.define())), dy, existing, dx,
                rows.count(), rows.columnCount(), dy.pitch(), existing.pitch(), dx.pitch(), (int) op.offset(),
                (int) dy.channels());
    }

    static CudaKernel add(Add op, Site site) {
        return add(site.in(0), site.in(1), site.out(0), site);
    }

    private static CudaKernel add(Operand a, Operand b, Operand y, Site site) {
        Rows rows = Rows.of(Rows.lanes(y), a, b, y);
        return site.launch(rows.over(site.kernel("add.cu", "add", y.dtype(), rows.define())), a, b, y, rows.count(),
                rows.columnCount(), rows.pitch(a), rows.pitch(b), rows.pitch(y));
    }

    static CudaKernel cast(Cast op, Site site) {
        return convert(site);
    }

    static CudaKernel pixels(Pixels op, Site site) {
        return convert(site);
    }

    private static CudaKernel convert(Site site) {
        Operand x = site.in(0);
        Operand y = site.out(0);
        Rows rows = Rows.of(CAST_LANES, x, y);
        String from = "FROM_" + x.dtype().name();
        return site.launch(rows.over(site.kernel("cast.cu", "cast", y.dtype(), from, rows.define())), x, y,
                rows.count(), rows.columnCount(), rows.pitch(x), rows.pitch(y));
    }

    /// Copies the parts that are not in place into the flat buffer.
    static CudaKernel pack(Flat.Pack op, Site site) {
        Node node = site.node();
        Operand flat = site.out(0);
        CudaKernel kernel = CudaKernel.NOTHING;
        long offset = 0;
        for (int i = op.firstPart(); i < node.inputs().size(); i++) {
            Operand part = site.in(i);
            if (!site.program().storage().inPlace(node, i)) {
                long address = flat.address() + offset * DType.F32.bytes();
                kernel = join(kernel, copy(part, new Operand(address, part.type(), part.channels()), site));
            }
            offset += part.count();
        }
        return kernel;
    }

    /// The channels of a whole from an offset on that a part takes, as an operand of the part's shape.
    private static Operand channels(Operand whole, long offset, Operand part) {
        return new Operand(whole.address() + offset * whole.dtype().bytes(), part.type(), whole.pitch());
    }

    private static CudaKernel copy(Operand from, Operand to, Site site) {
        Rows rows = Rows.of(Rows.lanes(to), from, to);
        String bytes = "BYTES=" + to.dtype().bytes();
        return site.launch(rows.over(site.kernel("copy.cu", "copy", null, bytes, rows.define())), from, to,
                rows.count(), rows.columnCount(), rows.pitch(from), rows.pitch(to));
    }

    private static CudaKernel join(CudaKernel first, CudaKernel second) {
        return first == CudaKernel.NOTHING ? second : first.then(second);
    }
}
