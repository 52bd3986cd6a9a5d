package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.graph.Node;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.op.Activation;
import io.yolofit.graph.op.BnAct;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Kernels of [BnAct]: `bnact_forward.cu` and `bnact_gradient.cu`, held against the interpreter.
final class NormalizationKernels {
    private static final String FORWARD = "bnact_forward.cu";
    private static final String GRADIENT = "bnact_gradient.cu";
    /// As many as the largest devices run at a time, so that all are done together; the same everywhere, so that sums
    /// are too.
    private static final int REDUCING_BLOCKS = 264;
    private static final int APPLYING_BLOCKS = 528;
    private static final int DIFFERENTIATING_BLOCKS = 396;
    private static final int PARTIAL_SUMS = 2;

    private NormalizationKernels() {
    }

    /// Partial sums of all blocks, whichever way y is read.
    static long workspace(Node node) {
        TensorType y = node.input(node.op() instanceof BnAct.Gradient ? 1 : 0).type();
        long blocks = Math.max(ChannelTiles.reducing(y, true).rowBlocks(REDUCING_BLOCKS),
                ChannelTiles.reducing(y, false).rowBlocks(REDUCING_BLOCKS));
        return blocks * PARTIAL_SUMS * y.shape().channels() * Float.BYTES;
    }

    static CudaKernel forward(BnAct.Forward op, Site site) {
        Operand y = site.in(0);
        ChannelTiles tiles = ChannelTiles.reducing(y.type(), y.vectorised());
        Launch statistics = launch(site, FORWARD, "bn_statistics", tiles, REDUCING_BLOCKS, op.activation(),
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
            vectorised &= copy.vectorised() && op.copy().offset() * copy.dtype().bytes() % Rows.ACCESS_BYTES == 0;
            arguments.addAll(List.of(copy, copy.pitch(), (int) op.copy().offset(), (int) op.copy().channels()));
            defines.add("COPY=1");
        }
        ChannelTiles tiles = ChannelTiles.applying(y.type(), vectorised);
        return site.launch(launch(site, FORWARD, "bn_apply", tiles, APPLYING_BLOCKS, op.activation(), defines),
                arguments.toArray());
    }

    static CudaKernel gradient(BnAct.Gradient op, Site site) {
        Operand da = site.in(0);
        Operand y = site.in(1);
        Operand dy = site.out(0);
        boolean readable = da.vectorised() && y.vectorised();
        ChannelTiles reducing = ChannelTiles.reducing(y.type(), readable);
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
        ChannelTiles applying = ChannelTiles.applying(y.type(), vectorised);
        CudaKernel backward = site.launch(launch(site, GRADIENT, "bn_backward", applying, DIFFERENTIATING_BLOCKS,
                op.activation(), defines), arguments.toArray());
        return reduce.then(backward);
    }

    /// @param more defines of a variant
    private static Launch launch(Site site, String source, String entry, ChannelTiles tiles, int blocks,
            Activation activation, List<String> more) {
        String[] defines = Stream.concat(tiles.defines(activation).stream(), more.stream()).toArray(String[]::new);
        return site.kernel(source, entry, site.node().output(0).dtype(), defines)
                .block(tiles.blockThreads()).grid(tiles.rowBlocks(blocks), tiles.groups(), 1);
    }
}
