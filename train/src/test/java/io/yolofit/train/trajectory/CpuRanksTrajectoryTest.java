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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two ranks follow the reference's training loop within the tolerance of one device, on slices of its batches of four
/// images, of which the last of an epoch has three.
class CpuRanksTrajectoryTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needsTheCpu() {
        Engines.assumeCpu();
    }

    @Test
    void twoRanksFollowTheReference() throws Exception {
        Trajectory trajectory = GoldenTrajectoryTest.read("yolov8n-adamw");
        List<Communicator> group = LocalGroup.of(2);
        Replay first = RankThreads.run(group, rank -> {
            Path own = Files.createDirectories(folder.resolve("rank" + rank.rank()));
            try (var engine = new CpuEngine(1, rank)) {
                return Replay.of(engine, trajectory, own, rank);
            }
        });
        assertThat(TrajectoryComparison.of(trajectory, first).differences()).as("differences of two ranks from the "
                + "reference").isEmpty();
    }
}
