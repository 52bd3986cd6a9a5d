package io.yolofit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.graph.plan.Lane;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkTraceTest {
    private static final double CLOSE = 1e-12;

    /// Milliseconds: a bucket in flight from 1 to 5, statistics at 0, at 4 (for 2) and at 7.
    private static final LinkTrace TRACE = new LinkTrace(10, List.of(
            sum(Lane.MAIN, 0, .5, .5), sum(Lane.LINKS, 1, 5, 0), sum(Lane.MAIN, 4, 6, 2),
            sum(Lane.MAIN, 7, 7.25, .25)));

    private static LinkTrace.Sum sum(Lane lane, double from, double to, double exposed) {
        return new LinkTrace.Sum(null, lane, new LinkTrace.Interval(from, to), exposed);
    }

    @Test
    void exposedTimesAddUp() {
        assertThat(TRACE.exposed()).isCloseTo(2.75, within(CLOSE));
    }

    @Test
    void onlySumsOfTheMainLaneAreContendedAndOnlyWhileABucketIsInFlight() {
        assertThat(TRACE.contended()).isCloseTo(1, within(CLOSE));
    }

    @Test
    void intervalsOverlapInWhatTheyHaveInCommon() {
        LinkTrace.Interval interval = new LinkTrace.Interval(2, 4);
        assertThat(interval.overlap(new LinkTrace.Interval(3, 9))).isEqualTo(1);
        assertThat(interval.overlap(new LinkTrace.Interval(0, 9))).isEqualTo(2);
        assertThat(interval.overlap(new LinkTrace.Interval(4, 9))).isZero();
        assertThat(interval.overlap(new LinkTrace.Interval(0, 1))).isZero();
    }
}
