package io.yolofit.engine.cuda.dnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AutotunerTest {
    private static final float SHORT = Autotuner.LONG / 4;

    private final List<String> closed = new ArrayList<>();
    private final List<String> measured = new ArrayList<>();
    private int asked;

    /// A plan that takes so long at a glance and, if looked at again, after all.
    private record Fake(String choice, float glanced, float truly,
            List<String> closed) implements ConvolutionAlgorithm {
        @Override
        public ConvolutionProblem problem() {
            throw new AssertionError("the problem does not matter");
        }

        @Override
        public Bound bind(long x, long w, long y, long workspace) {
            throw new AssertionError("nothing runs");
        }

        @Override
        public void close() {
            closed.add(choice);
        }
    }

    private ConvolutionAlgorithm plan(String choice, float glanced, float truly) {
        return new Fake(choice, glanced, truly, closed);
    }

    private Autotuner trial(List<ConvolutionAlgorithm> first, ConvolutionAlgorithm... more) {
        return new Autotuner((plan, rounds, runs) -> {
            Fake fake = (Fake) plan;
            if (rounds * runs > 4) {
                measured.add(fake.choice());
                return fake.truly();
            }
            return fake.glanced();
        }, first, () -> {
            asked++;
            return List.of(more);
        });
    }

    @Test
    void theFastestIsTakenAndAllOthersAreClosed() {
        Autotuner trial = trial(List.of(plan("a", SHORT * 1.2f, SHORT * 1.2f), plan("b", SHORT * 1.1f, SHORT),
                plan("c", SHORT, SHORT * 1.1f)));
        assertThat(trial.fastest().choice()).isEqualTo("b");
        assertThat(trial.milliseconds()).isEqualTo(SHORT);
        assertThat(closed).containsExactlyInAnyOrder("a", "c");
        assertThat(trial.all()).isEqualTo(Map.of("a", SHORT * 1.2f, "b", SHORT, "c", SHORT * 1.1f));
    }

    @Test
    void aShortConvolutionIsNotWorthMorePlans() {
        trial(List.of(plan("a", SHORT, SHORT)), plan("b", SHORT / 2, SHORT / 2));
        assertThat(asked).isZero();
    }

    @Test
    void aLongOneIs() {
        Autotuner trial = trial(List.of(plan("a", Autotuner.LONG, Autotuner.LONG)), plan("b", SHORT, SHORT));
        assertThat(asked).isOne();
        assertThat(trial.fastest().choice()).isEqualTo("b");
        assertThat(closed).containsExactly("a");
    }

    @Test
    void whoIsHopelessIsNotLookedAtAgain() {
        float bound = Autotuner.HOPELESS * SHORT;
        trial(List.of(plan("a", SHORT, SHORT), plan("b", bound * 1.01f, SHORT / 2), plan("c", bound * .99f, SHORT)));
        assertThat(Set.copyOf(measured)).isEqualTo(Set.of("a", "c"));
    }

    @Test
    void plansThatAreEqualAsRecordsAreStillTwo() {
        List<ConvolutionAlgorithm> twins = Stream.generate(() -> plan("a", SHORT, SHORT)).limit(2).toList();
        assertThat(trial(twins).fastest()).isSameAs(twins.getFirst());
        assertThat(closed).containsExactly("a");
    }
}
