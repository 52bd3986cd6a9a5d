package io.yolofit.train.trajectory;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.comm.Communicator;
import io.yolofit.engine.comm.LocalGroup;
import io.yolofit.engine.cpu.CpuEngine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.train.ranks.RankThreads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Several ranks follow the reference's training loop within the tolerance of one device, on slices of its batches of
/// four images, of which the last of an epoch has three.
class CpuRanksTrajectoryTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needsTheCpu() {
        Engines.assumeCpu();
    }

    @ParameterizedTest
    @CsvSource({"yolov8n-adamw,2", "yolov8n-sgd,3"})
    void ranksFollowTheReference(String name, int ranks) throws Exception {
        Trajectory trajectory = GoldenTrajectoryTest.read(name);
        List<Communicator> group = LocalGroup.of(ranks);
        Replay first = RankThreads.run(group, rank -> {
            Path own = Files.createDirectories(folder.resolve("rank" + rank.rank()));
            try (var engine = new CpuEngine(1, rank)) {
                return Replay.of(engine, trajectory, own, rank);
            }
        });
        assertThat(TrajectoryComparison.of(trajectory, first).differences()).as("differences of %d ranks from the "
                + "reference", ranks).isEmpty();
    }
}
