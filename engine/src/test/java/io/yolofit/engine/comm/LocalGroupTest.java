package io.yolofit.engine.comm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalGroupTest {
    @ParameterizedTest
    @CsvSource({"1,5", "2,1", "2,4099", "3,2", "4,33", "8,1000", "2,16385", "4,50000"})
    void sumsInRankOrderOnAllRanks(int ranks, int count) throws InterruptedException {
        float[][] vectors = vectors(ranks, count);
        float[] expected = sum(vectors);
        var results = Ranks.run(ranks == 1 ? List.of(Communicator.alone()) : LocalGroup.of(ranks), rank -> {
            rank.sum(MemorySegment.ofArray(vectors[rank.rank()]), count);
            return vectors[rank.rank()];
        });
        results.forEach(result -> assertThat(result.value()).isEqualTo(expected));
    }

    @Test
    void repeatedCollectivesDoNotMix() throws InterruptedException {
        var results = Ranks.run(LocalGroup.of(3), rank -> {
            float total = 0;
            for (int i = 0; i < 500; i++) {
                float[] one = {rank.rank() + i};
                rank.sum(MemorySegment.ofArray(one), 1);
                total += one[0];
                assertThat(new String(rank.broadcast(("of " + rank.rank()).getBytes(UTF_8)), UTF_8)).isEqualTo("of 0");
            }
            return total;
        });
        float expected = IntStream.range(0, 500).mapToObj(i -> 3f * i + 3).reduce(0f, Float::sum);
        results.forEach(result -> assertThat(result.value()).isEqualTo(expected));
    }

    @Test
    void gathersOnRankZero() throws InterruptedException {
        var results = Ranks.run(LocalGroup.of(3), rank -> rank.gather(new byte[] {(byte) rank.rank()}));
        assertThat(results.getFirst().value()).containsExactly(new byte[] {0}, new byte[] {1}, new byte[] {2});
        assertThat(results.get(2).value()).isEmpty();
    }

    @Test
    void anAbortReleasesAllOthersAndNamesRankAndCollective() throws InterruptedException {
        var results = Ranks.run(LocalGroup.of(List.of("rank 0 (cpu)", "rank 1 (cpu)", "rank 2 (cpu)")), rank -> {
            rank.barrier();
            if (rank.rank() == 1) {
                rank.abort("out of memory");
                return null;
            }
            rank.sum(MemorySegment.ofArray(new float[4]), 4);
            return null;
        });
        for (int other : List.of(0, 2)) {
            assertThat(results.get(other).failure()).isInstanceOf(CommunicationException.class)
                    .hasMessage("rank 1 (cpu) stopped after broadcast (collective 2): out of memory");
        }
    }

    @Test
    void aHangingRankIsNamedWithItsLastCollective() throws InterruptedException {
        var results = Ranks.run(LocalGroup.of(2), rank -> {
            rank.barrier();
            rank.timeout(Duration.ofMillis(200));
            if (rank.rank() == 0) {
                rank.sum(MemorySegment.ofArray(new float[4]), 4);
            }
            return null;
        });
        assertThat(results.getFirst().message()).isEqualTo("rank 1 (last: broadcast (collective 2)) did not reach "
                + "rank 0's sum of 4 floats within 0 s");
    }

    @Test
    void aRankThatLeavesReleasesTheOthers() throws InterruptedException {
        var results = Ranks.run(LocalGroup.of(2), rank -> {
            if (rank.rank() == 1) {
                rank.close();
            } else {
                rank.barrier();
            }
            return null;
        });
        assertThat(results.getFirst().message()).contains("rank 1 left the group");
    }

    @Test
    void ranksWithDifferentCallsFail() throws InterruptedException {
        var results = Ranks.run(LocalGroup.of(2), rank -> {
            rank.sum(MemorySegment.ofArray(new float[4]), 3 + rank.rank());
            return null;
        });
        results.forEach(result -> assertThat(result.message()).contains("sum of 3 floats", "sum of 4 floats",
                "the ranks run different programs"));
    }

    @Test
    void callsAfterAFailureKeepItsReason() {
        Communicator end = LocalGroup.of(2).getFirst();
        end.abort("a test");
        assertThatThrownBy(end::barrier).hasMessageContaining("a test");
    }

    static float[][] vectors(int ranks, int count) {
        var random = new Random(5);
        float[][] vectors = new float[ranks][count];
        for (float[] vector : vectors) {
            IntStream.range(0, count).forEach(i -> vector[i] = random.nextFloat() - .5f);
        }
        return vectors;
    }

    static float[] sum(float[][] vectors) {
        float[] sum = vectors[0].clone();
        for (int rank = 1; rank < vectors.length; rank++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += vectors[rank][i];
            }
        }
        return sum;
    }
}
