package io.yolofit.train.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EarlyStopTest {
    private static final int PATIENCE = 3;

    /// The epoch after which a run with these fitness values stops; the number of epochs if it does not stop.
    private static int lastEpoch(List<Double> fitnesses, int patience) {
        EarlyStop stop = EarlyStop.start();
        for (int epoch = 0; epoch < fitnesses.size(); epoch++) {
            stop = stop.after(epoch, fitnesses.get(epoch));
            if (stop.isOver(epoch, patience)) {
                return epoch;
            }
        }
        return fitnesses.size();
    }

    @Test
    void stopsAfterPatienceEpochsWithoutImprovement() {
        assertThat(lastEpoch(List.of(.1, .3, .2, .2, .2, .9), PATIENCE)).isEqualTo(4);
    }

    @Test
    void anImprovementRestartsPatience() {
        assertThat(lastEpoch(List.of(.1, .3, .2, .2, .4, .1, .1, .1), PATIENCE)).isEqualTo(7);
    }

    @Test
    void epochsOfFitnessZeroDoNotCount() {
        assertThat(lastEpoch(List.of(0., 0., 0., 0., 0., 0.), PATIENCE)).isEqualTo(6);
    }

    @Test
    void patienceZeroNeverStops() {
        assertThat(lastEpoch(List.of(.9, .1, .1, .1, .1), 0)).isEqualTo(5);
    }

    @Test
    void doesNotStopARunWithoutValidation() {
        assertThat(EarlyStop.start().isOver(500, PATIENCE)).isFalse();
    }

    @Test
    void recordsTheBestEpoch() {
        EarlyStop stop = EarlyStop.start().after(0, .2).after(1, .5).after(2, .4);

        assertThat(stop).isEqualTo(new EarlyStop(.5, 1));
        assertThat(stop.improves(.49)).isFalse();
        assertThat(stop.improves(.5)).isTrue();
        assertThat(stop.improves(Double.NaN)).isFalse();
    }
}
