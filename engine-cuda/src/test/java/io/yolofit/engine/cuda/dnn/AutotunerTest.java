package io.yolofit.engine.cuda.dnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AutotunerTest {
    private static final float SHORT = Autotuner.SLOW_MILLISECONDS / 4;

    private final List<String> closed = new ArrayList<>();
    private final List<String> measured = new ArrayList<>();
    private final List<String> stopped = new ArrayList<>();
    private int asked;

    /// An algorithm with given milliseconds in the coarse and in the fine timing.
    private record Fake(String name, float coarse, float fine,
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
            closed.add(name);
        }
    }

    private ConvolutionAlgorithm candidate(String name, float coarse, float fine) {
        return new Fake(name, coarse, fine, closed);
    }

    private Autotuner tune(List<ConvolutionAlgorithm> first, ConvolutionAlgorithm... more) {
        return new Autotuner((candidate, rounds, runs, limit) -> {
            Fake fake = (Fake) candidate;
            if (fake.coarse() > limit) {
                stopped.add(fake.name());
                return fake.coarse();
            }
            if (rounds * runs > 4) {
                measured.add(fake.name());
                return fake.fine();
            }
            return fake.coarse();
        }, first, () -> {
            asked++;
            return List.of(more);
        });
    }

    @Test
    void fastestCandidateIsSelectedAndAllOthersAreClosed() {
        Autotuner tuner = tune(List.of(candidate("a", SHORT * 1.2f, SHORT * 1.2f), candidate("b", SHORT * 1.1f, SHORT),
                candidate("c", SHORT, SHORT * 1.1f)));
        assertThat(tuner.fastest().name()).isEqualTo("b");
        assertThat(tuner.milliseconds()).isEqualTo(SHORT);
        assertThat(closed).containsExactlyInAnyOrder("a", "c");
        assertThat(tuner.timings()).isEqualTo(Map.of("a", SHORT * 1.2f, "b", SHORT, "c", SHORT * 1.1f));
    }

    @Test
    void candidateFarSlowerThanTheFastestRunsOnce() {
        Autotuner tuner = tune(List.of(candidate("a", 1, 1), candidate("slow", 1000, 1000), candidate("b", .5f, .5f)),
                candidate("slower", 2000, 2000));
        assertThat(stopped).containsExactly("slow", "slower");
        assertThat(tuner.fastest().name()).isEqualTo("b");
    }

    @Test
    void fastConvolutionsGetNoMoreCandidates() {
        tune(List.of(candidate("a", SHORT, SHORT)), candidate("b", SHORT / 2, SHORT / 2));
        assertThat(asked).isZero();
    }

    @Test
    void slowConvolutionsGetMoreCandidates() {
        float slow = Autotuner.SLOW_MILLISECONDS;
        Autotuner tuner = tune(List.of(candidate("a", slow, slow)), candidate("b", SHORT, SHORT));
        assertThat(asked).isOne();
        assertThat(tuner.fastest().name()).isEqualTo("b");
        assertThat(closed).containsExactly("a");
    }

    @Test
    void candidatesBeyondThePruneRatioGetNoFineTiming() {
        float bound = Autotuner.PRUNE_RATIO * SHORT;
        tune(List.of(candidate("a", SHORT, SHORT), candidate("b", bound * 1.01f, SHORT / 2),
                candidate("c", bound * .99f, SHORT)));
        assertThat(Set.copyOf(measured)).isEqualTo(Set.of("a", "c"));
    }

    @Test
    void candidatesThatAreEqualAsRecordsAreTimedSeparately() {
        List<ConvolutionAlgorithm> twins = Stream.generate(() -> candidate("a", SHORT, SHORT)).limit(2).toList();
        assertThat(tune(twins).fastest()).isSameAs(twins.getFirst());
        assertThat(closed).containsExactly("a");
    }
}
