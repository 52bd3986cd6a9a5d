package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.LinkTrace;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.engine.cuda.nccl.GpuRank;
import io.yolofit.engine.cuda.nccl.Nccl;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.testkit.Seed;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two GPUs train as one GPU with the whole batch.
class CudaRanksAgreementTest extends RanksAgreement {
    private static final int GPUS = 2;
    private static final Tolerance CLOSE = new Tolerance(1e-3, 1e-3);
    /// Activations are rounded differently where statistics differ in the last bit.
    private static final Tolerance HALF = new Tolerance(.03, .03);


    @BeforeAll
    static void needsTwoGpus() {
        Engines.assumeGpus(GPUS);
    }

    @Override
    Engine alone() {
        return Engines.cuda();
    }

    @Override
    IntFunction<Engine> group(int ranks) {
        byte[] id = Nccl.load().uniqueId();
        return rank -> Engines.cudaOfRank(new GpuRank(rank, ranks, id));
    }

    @Override
    WorkspaceModel workspace() {
        return CudaEngine.workspaceModel();
    }

    @ParameterizedTest
    @EnumSource(Recompute.Policy.class)
    void ranksTrainAsOneGpu(Recompute.Policy policy) throws InterruptedException {
        checkGroup(List.of(2, 2), DType.F32, policy, CLOSE);
        checkGroup(List.of(3, 1), DType.F32, policy, CLOSE);
    }

    @Test
    void ranksInHalfPrecisionTrainAsOneGpu() throws InterruptedException {
        checkGroup(List.of(2, 2), DType.F16, Recompute.Policy.DEFAULT, HALF);
    }

    @Test
    void aTraceHasAllSumsOfAStep() throws InterruptedException {
        List<LinkTrace> traces = traceRanks(GPUS);
        assertThat(traces.getFirst().sums()).extracting(sum -> sum.node().name())
                .isEqualTo(traces.getLast().sums().stream().map(sum -> sum.node().name()).toList())
                .contains("gradients.vectors");
        assertThat(traces.getFirst().sums()).allMatch(sum -> sum.took().length() > 0 && sum.took().from() > 0);
        assertThat(traces.getFirst().exposed()).isPositive().isLessThan(traces.getFirst().step());
    }

    @Test
    void ranksInBf16HaveTheSameBits() throws InterruptedException {
        checkSame(trainRanks(List.of(1, 2), DType.BF16, Recompute.Policy.DEFAULT, Slice.random(new Seed(3), 3)));
    }
}
