package io.yolofit.app.planning;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.throughput.LoaderThroughput;
import io.yolofit.data.throughput.LoaderThroughput.Rates;
import org.junit.jupiter.api.Test;

class LoadingPlanTest {
    @Test
    void aMeasurementIsKeptOnlyIfMoreWorkersLoadFaster() {
        var one = new Rates(90, 100);
        assertThat(LoadingPlan.scales(new LoaderThroughput(8, 10, 1, one, new Rates(400, 450)))).isTrue();
        assertThat(LoadingPlan.scales(new LoaderThroughput(8, 10, 1, one, new Rates(91, 101)))).isFalse();
        assertThat(LoadingPlan.scales(new LoaderThroughput(1, 10, 1, one, one))).isTrue();
    }
}
