package io.yolofit.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineException;
import io.yolofit.engine.LinkTrace;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.comm.LocalGroup;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.graph.DType;
import io.yolofit.graph.pass.Ranks;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.testkit.Seed;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ranks on the CPU train as one engine with the whole batch.
class CpuRanksAgreementTest extends RanksAgreement {
    private static final Tolerance CLOSE = new Tolerance(1e-4, 1e-4);

    @BeforeAll
    static void needsTheCpu() {
        Engines.assumeCpu();
    }

    @Override
    Engine alone() {
        return new CpuEngine(2);
    }

    @Override
    IntFunction<Engine> group(int ranks) {
        List<Communicator> ends = LocalGroup.of(ranks);
        return rank -> new CpuEngine(1, ends.get(rank));
    }

    @Override
    WorkspaceModel workspace() {
        return WorkspaceModel.none();
    }

    static Stream<Arguments> groups() {
        return Stream.of(List.of(2, 2), List.of(3, 2), List.of(1, 2, 1, 2)).flatMap(images ->
                Stream.of(Recompute.Policy.OFF, Recompute.Policy.MAX).map(policy -> Arguments.of(images, policy)));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void ranksTrainAsOneEngine(List<Integer> images, Recompute.Policy policy) throws InterruptedException {
        checkGroup(images, DType.F32, policy, CLOSE);
    }

    /// Two branches, each with a normalizer of its own; depthwise convolutions and attention.
    @ParameterizedTest
    @ValueSource(strings = {AllBlocksModel.END_TO_END_ROWS, AllBlocksModel.DUAL_ROWS, AllBlocksModel.ATTENTION_ROWS})
    void ranksTrainOtherModelsAsOneEngine(String rows) throws InterruptedException {
        use(rows);
        checkGroup(List.of(1, 2), DType.F32, Recompute.Policy.DEFAULT, CLOSE);
    }

    @Test
    void ranksInBf16HaveTheSameBits() throws InterruptedException {
        checkSame(trainRanks(List.of(1, 2), DType.BF16, Recompute.Policy.OFF, Slice.random(new Seed(3), 3)));
    }

    @Test
    void aTraceHasAllSumsOfAStep() throws InterruptedException {
        List<LinkTrace> traces = traceRanks(2);
        assertThat(traces.getFirst().sums()).extracting(sum -> sum.node().name()).contains("gradients.vectors")
                .isEqualTo(traces.getLast().sums().stream().map(sum -> sum.node().name()).toList());
        assertThat(traces.getFirst().exposed()).isPositive().isLessThan(traces.getFirst().step());
    }

    @Test
    void anEngineOfOneRankRefusesAProgramOfTwo() {
        try (Engine engine = alone()) {
            Program program = Program.of(step(1, DType.F32, Recompute.Policy.OFF, new Ranks(2, true)),
                    engine.workspace());
            assertThatThrownBy(() -> engine.compile(program)).isInstanceOf(EngineException.class)
                    .hasMessageContaining("the program is one of 2 ranks, but the engine belongs to a group of 1");
        }
    }
}
