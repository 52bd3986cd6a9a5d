package io.yolofit.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.graph.DType;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Cast;
import io.yolofit.graph.op.Silu;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArenaLayoutTest {
    private static final WorkspaceModel SCRATCH = node -> node.op() instanceof Cast ? 1000 : 0;

    /// A program that reads `parameters` and an input, of given numbers of elements.
    private static Program program(String other, long parameters, long elements) {
        GraphBuilder builder = new GraphBuilder();
        Value state = builder.input("parameters", TensorType.of(DType.F32, parameters), Role.PARAMETER);
        builder.input(other, TensorType.of(DType.F32, 10), Role.OPTIMIZER);
        Value x = builder.input("x", TensorType.of(DType.F32, elements), Role.INPUT);
        Value half = builder.emit(new Cast(DType.F16), "half", Role.WORKSPACE, state).getFirst();
        builder.output("half", half);
        builder.output("y", builder.emit(new Silu.Forward(), "y", Role.ACTIVATION, x).getFirst());
        return Program.of(builder.build(), SCRATCH);
    }

    @Test
    void persistentBuffersCountOnceAndTransientBytesAreThoseOfTheLargestProgram() {
        Program small = program("a", 300, 50);
        Program large = program("b", 300, 5000);
        ArenaLayout both = ArenaLayout.of(List.of(small, large), true);
        assertThat(both.persistentSizes()).containsOnlyKeys("parameters", "a", "b").containsEntry("parameters", 1200L);
        assertThat(both.persistentBytes()).isEqualTo(1280 + 2 * 256);
        assertThat(both.stagingBytes()).isEqualTo(ArenaPacker.align(5000 * 4));
        // of the large program: x, which y overwrites, half, and the cast's scratch
        assertThat(both.transientBytes()).isEqualTo(20224 + 768 + 1024);
        assertThat(both.bytes()).isEqualTo(1792 + 20224 + 22016);
        assertThat(ArenaLayout.of(List.of(small, large), false).stagingBytes()).isZero();
    }

    @Test
    void persistentValuesHaveOneOffsetAndTransientValuesFollowThem() {
        Program small = program("a", 300, 50);
        Program large = program("b", 300, 5000);
        ArenaLayout both = ArenaLayout.of(List.of(small, large), true);
        for (Program program : List.of(small, large)) {
            assertThat(both.offset(program, program.graph().input("parameters"))).isZero();
            for (Value value : program.graph().values()) {
                if (!value.role().persistent()) {
                    assertThat(both.offset(program, value)).isBetween(both.transientOffset(),
                            both.bytes() - value.type().bytes());
                }
            }
            assertThat(both.workspaceOffset(program, 0)).isBetween(both.transientOffset(), both.bytes() - 1000);
            assertThat(both.workspaceOffset(program, 1)).isEqualTo(-1);
        }
        assertThat(both.offset(large, large.graph().input("b"))).isNotEqualTo(both.offset(small,
                small.graph().input("a")));
    }

    @Test
    void programFitsIfItsStateExistsAndItsMemorySuffices() {
        ArenaLayout layout = ArenaLayout.of(List.of(program("a", 300, 500)), true);
        assertThat(layout.fits(program("a", 300, 500))).isTrue();
        assertThat(layout.fits(program("a", 300, 50))).isTrue();
        assertThat(layout.fits(program("a", 300, 700))).as("more staging").isFalse();
        assertThat(layout.fits(program("b", 300, 50))).as("unknown state").isFalse();
        assertThat(layout.fits(program("a", 301, 50))).as("state of another size").isFalse();
    }

    @Test
    void programsOfTwoModelsAreRejected() {
        assertThatThrownBy(() -> ArenaLayout.of(List.of(program("a", 300, 5), program("a", 301, 5)), true))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'parameters' has 1200 bytes")
                .hasMessageContaining("1204");
    }
}
