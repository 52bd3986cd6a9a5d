package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Kernels of [BnAct]: `bnact_forward.cu` and `bnact_gradient.cu`, held against the interpreter.
final class NormalizationKernels {
    private static final String FORWARD = "bnact_forward.cu";
    private static final String GRADIENT = "bnact_gradient.cu";
    private static final int REDUCING_THREADS = 512;
    private static final int APPLYING_THREADS = 256;
    /// As many as the largest devices run at a time, so that all are done together; the same everywhere, so that sums
    /// are too.
    private static final int REDUCING_BLOCKS = 264;
    private static final int APPLYING_BLOCKS = 528;
    private static final int DIFFERENTIATING_BLOCKS = 396;
    /// Rows that a thread handles at the least, where there are enough.
    private static final int LEAST_ROWS = 4;
    private static final int MOST_LANES = 16;
    private static final int FEWEST_LANES = 4;
    private static final int MOST_LANES_OF_ROW = 20;
    private static final int MOST_LANES_OF_APPLIED_ROW = 128;
    /// Threads whose accesses fill a line of memory.
    private static final int LINE_LANES = 8;
    private static final int LINE_BYTES = 128;
    private static final int VECTOR_BYTES = 16;
    private static final int PARTIAL_SUMS = 2;

    private NormalizationKernels() {
    }

    /// How threads are laid over rows of channels.
    ///
    /// @param lanes threads side by side along the channels
    /// @param width channels of one access
    /// @param rowsOfBlock threads above each other
    private record Tiling(int lanes, int width, int rowsOfBlock, long channels, long rows) {
        /// For sums over rows.
        static Tiling reducing(TensorType type, boolean vectorised) {
            int width = width(type, vectorised);
            return of(type, width, lanes(Math.ceilDiv(type.shape().channels(), (long) width)), REDUCING_THREADS);
        }

        /// For work on each element: whole rows where parts of them would be narrow, and a block is as wide.
        static Tiling applying(TensorType type, boolean vectorised) {
            int width = width(type, vectorised);
            long vectors = Math.ceilDiv(type.shape().channels(), (long) width);
            boolean whole = vectors <= MOST_LANES_OF_APPLIED_ROW && vectors % MOST_LANES != 0;
            return of(type, width, whole ? (int) vectors : lanes(vectors), APPLYING_THREADS);
        }

        private static int width(TensorType type, boolean vectorised) {
            return vectorised ? VECTOR_BYTES / type.dtype().bytes() : 1;
        }

        private static Tiling of(TensorType type, int width, int lanes, int threads) {
            long channels = type.shape().channels();
            long turn = rowsToLine((long) lanes * width * type.dtype().bytes());
            long most = threads / lanes;
            return new Tiling(lanes, width, (int) (most < turn ? most : most / turn * turn), channels,
                    type.shape().count() / channels);
        }

        /// Whole rows, or parts of them that are whole lines of memory: a line that two blocks read is read twice. But
        /// parts no wider than that, because few threads add up the sums of a wide one.
        private static int lanes(long vectors) {
            if (vectors <= MOST_LANES_OF_ROW) {
                return (int) vectors;
            }
            return vectors % MOST_LANES == 0 ? MOST_LANES : vectors % LINE_LANES == 0 ? LINE_LANES
                    : IntStream.rangeClosed(FEWEST_LANES, MOST_LANES).filter(count -> vectors % count == 0).max()
                            .orElse(MOST_LANES);
        }

        /// Rows of so many bytes until one begins where a line does.
        private static long rowsToLine(long bytes) {
            return LINE_BYTES / Math.min(LINE_BYTES, Long.lowestOneBit(bytes));
        }

        long groups() {
            return Math.ceilDiv(channels, (long) lanes * width);
        }

        /// Blocks over the rows, of about so many in all.
        long rowBlocks(int blocks) {
            long most = Math.ceilDiv(rows, (long) rowsOfBlock() * LEAST_ROWS);
            return Math.max(1, Math.min(most, blocks / groups()));
        }

        List<String> defines(Activation activation) {
            return List.of("TX=" + lanes, "TY=" + rowsOfBlock(), "VECTOR=" + (width > 1 ? 1 : 0),
                    "SILU=" + (activation == Activation.SILU ? 1 : 0));
        }

        int blockThreads() {
            return lanes * rowsOfBlock();
        }
    }

    /// Partial sums of all blocks, whichever way y is read.
    static long workspace(Node node) {
        TensorType y = node.input(node.op() instanceof BnAct.Gradient ? 1 : 0).type();
        long blocks = Math.max(Tiling.reducing(y, true).rowBlocks(REDUCING_BLOCKS),
                Tiling.reducing(y, false).rowBlocks(REDUCING_BLOCKS));
        return blocks * PARTIAL_SUMS * y.shape().channels() * Float.BYTES;
    }

    static CudaKernel forward(BnAct.Forward op, Site site) {
        Operand y = site.in(0);
        Tiling tiling = Tiling.reducing(y.type(), y.vectorised());
        Launch statistics = launch(site, FORWARD, "bn_statistics", tiling, REDUCING_BLOCKS, op.activation(),
                List.of());
        CudaKernel first = site.launch(statistics, y, y.pitch(), (int) y.rows(), (int) y.channels(), site.workspace(),
                site.out(1), site.out(2), site.out(3), site.out(4), (float) op.epsilon(), (float) op.momentum());
        return first.then(apply(op, site, site.out(1), site.out(2)));
    }

    static CudaKernel rebuild(BnAct.Apply op, Site site) {
        return apply(op, site, site.in(3), site.in(4));
    }

    /// `a` from y and its statistics: the same kernel in the forward pass and when it is rebuilt, to the bit.
    private static CudaKernel apply(BnAct.Result op, Site site, Operand mean, Operand invstd) {
        Operand y = site.in(0);
        Operand a = site.out(0);
        List<Object> arguments = new ArrayList<>(List.of(y, y.pitch(), a, a.pitch(), (int) y.rows(),
                (int) y.channels(), site.in(1), site.in(2), mean, invstd));
        boolean vectorised = y.vectorised() && a.vectorised();
        List<String> defines = new ArrayList<>();
        if (BnAct.hasResidual(site.node())) {
            Operand residual = site.in(BnAct.RESIDUAL);
            vectorised &= residual.vectorised();
            arguments.addAll(List.of(residual, residual.pitch()));
            defines.add("RESIDUAL=1");
        }
        if (!op.copy().isNone()) {
            Operand copy = site.out(site.node().outputs().size() - 1);
            vectorised &= copy.vectorised() && op.copy().offset() * copy.dtype().bytes() % VECTOR_BYTES == 0;
            arguments.addAll(List.of(copy, copy.pitch(), (int) op.copy().offset(), (int) op.copy().channels()));
            defines.add("COPY=1");
        }
        Tiling tiling = Tiling.applying(y.type(), vectorised);
        return site.launch(launch(site, FORWARD, "bn_apply", tiling, APPLYING_BLOCKS, op.activation(), defines),
                arguments.toArray());
    }

    static CudaKernel gradient(BnAct.Gradient op, Site site) {
        Operand da = site.in(0);
        Operand y = site.in(1);
        Operand dy = site.out(0);
        boolean readable = da.vectorised() && y.vectorised();
        Tiling reducing = Tiling.reducing(y.type(), readable);
        CudaKernel reduce = site.launch(launch(site, GRADIENT, "bn_reduce", reducing, REDUCING_BLOCKS, op.activation(),
                List.of()),
                da, da.pitch(), y, y.pitch(), (int) y.rows(), (int) y.channels(), site.workspace(), site.in(2),
                site.in(3), site.in(4), site.in(5), site.out(1), site.out(2));
        boolean vectorised = readable && dy.vectorised();
        List<Object> arguments = new ArrayList<>(List.of(da, da.pitch(), y, y.pitch(), dy, dy.pitch(), (int) y.rows(),
                (int) y.channels(), site.in(2), site.in(3), site.in(4), site.in(5), site.out(1), site.out(2)));
        List<String> defines = new ArrayList<>();
        if (op.rebuild()) {
            Operand a = site.out(BnAct.Gradient.REBUILT);
            vectorised &= a.vectorised();
            arguments.addAll(List.of(a, a.pitch()));
            defines.add("REBUILD=1");
        }
        Tiling applying = Tiling.applying(y.type(), vectorised);
        CudaKernel backward = site.launch(launch(site, GRADIENT, "bn_backward", applying, DIFFERENTIATING_BLOCKS,
                op.activation(), defines), arguments.toArray());
        return reduce.then(backward);
    }

    /// @param more defines of a variant
    private static Launch launch(Site site, String source, String entry, Tiling tiling, int blocks,
            Activation activation, List<String> more) {
        String[] defines = Stream.concat(tiling.defines(activation).stream(), more.stream()).toArray(String[]::new);
        return site.kernel(source, entry, site.node().output(0).dtype(), defines)
                .block(tiling.blockThreads()).grid(tiling.rowBlocks(blocks), tiling.groups(), 1);
    }
}
