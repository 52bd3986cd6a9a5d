package io.yolofit.train.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.engine.comm.CommunicationException;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.comm.LocalGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AgreementTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void allRanksDecideTheSame() throws Exception {
        RankThreads.run(LocalGroup.of(3), rank -> {
            try (var ranks = new Agreement(rank, LIMIT)) {
                assertThat(ranks.any(rank.rank() == 2)).isTrue();
                assertThat(ranks.any(false)).isFalse();
                assertThat(ranks.decision(() -> true)).isTrue();
                assertThat(ranks.decision(() -> false)).isFalse();
                assertThat(ranks.text(Optional.of("of " + rank.rank()))).contains("of 0");
                assertThat(ranks.text(rank.rank() == 0 ? Optional.empty() : Optional.of("x"))).isEmpty();
                return null;
            }
        });
    }

    @Test
    void aVectorOfRankZeroReplacesTheOthersWhateverTheyHold() throws Exception {
        RankThreads.run(LocalGroup.of(2), rank -> {
            try (var ranks = new Agreement(rank, LIMIT)) {
                float[] vector = rank.rank() == 0 ? new float[] {1.5f, -2} : new float[] {Float.NaN, 7};
                ranks.fromLeader(vector);
                assertThat(vector).containsExactly(1.5f, -2);
                return null;
            }
        });
    }

    @Test
    void oneRankDecidesAlone() {
        try (var ranks = new Agreement(Communicator.alone(), LIMIT)) {
            assertThat(ranks.leads()).isTrue();
            assertThat(ranks.any(true)).isTrue();
            assertThat(ranks.decision(() -> true)).isTrue();
            assertThat(ranks.text(Optional.of("alone"))).contains("alone");
        }
    }

    @Test
    void aFailedRankReleasesTheOthersAndItsReasonIsThrown() {
        assertThatThrownBy(() -> RankThreads.run(LocalGroup.of(3), rank -> {
            if (rank.rank() == 1) {
                throw new IllegalStateException("the disk is full");
            }
            rank.barrier();
            return null;
        })).isInstanceOf(IllegalStateException.class).hasMessage("the disk is full");
    }

    @Test
    void aRankThatHangsOutsideOfCollectivesIsNotWaitedFor() {
        assertThatThrownBy(() -> RankThreads.run(LocalGroup.of(2), rank -> {
            if (rank.rank() == 0) {
                rank.abort("no progress for 135 s"); // as the watchdog does, whatever its thread waits for
            }
            new CountDownLatch(1).await(); // such as a call of a device that never returns
            return null;
        }, Duration.ofMillis(300))).isInstanceOf(CommunicationException.class)
                .hasMessageContaining("rank 0 stopped").hasMessageContaining("no progress for 135 s");
    }

    @Test
    void ofSeveralFailuresThatOfTheLowestRankIsThrown() {
        assertThatThrownBy(() -> RankThreads.run(LocalGroup.of(2), rank -> {
            if (rank.rank() == 0) {
                Thread.sleep(200); // the other one ends first
            }
            throw new IllegalStateException("stopped on rank " + rank.rank());
        })).hasMessage("stopped on rank 0");
    }

    @Test
    void actionsRunWhenTheGroupFails() throws Exception {
        List<Communicator> group = LocalGroup.of(2);
        var released = new CountDownLatch(1);
        group.get(1).onFailure(_ -> released.countDown()); // such as the end of a wait for a GPU
        group.getFirst().abort("a test");
        assertThat(released.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void differentFactsNameTwoRanksAndBothValues() {
        assertThatThrownBy(() -> RankThreads.run(LocalGroup.of(List.of("rank 0 (a, cpu)", "rank 1 (b, cpu)")), rank -> {
            PlanCheck.require(rank, Map.of("batch", rank.rank() == 0 ? "64" : "32"));
            return null;
        })).isInstanceOf(CommunicationException.class).hasMessage("rank 0 (a, cpu) and rank 1 (b, cpu) planned "
                + "different runs (batch=64 against 32): start all ranks with the same options, data and weights");
    }
}
