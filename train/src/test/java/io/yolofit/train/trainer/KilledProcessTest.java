package io.yolofit.train.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.testing.EachEngine;
import io.yolofit.testkit.SameBits;
import io.yolofit.train.checkpoint.Checkpoint;
import io.yolofit.train.options.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;

/// A process that is killed at any time leaves a checkpoint; the resumed run ends as an uninterrupted one.
class KilledProcessTest {
    private static final int EPOCHS = 400;
    private static final int KILLS = 3;
    private static final int LONGEST_WAIT = 250; // milliseconds, after a checkpoint was written
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @EachEngine
    void aRunThatIsKilledRepeatedlyEndsLikeAnUninterruptedOne(String engine) throws Exception {
        String given = System.getProperty("test.seed", "");
        long seed = given.isEmpty() ? System.nanoTime() : Long.parseUnsignedLong(given, 16);
        SplittableRandom random = new SplittableRandom(seed);
        Path dataset = TinyRun.dataset(folder.resolve("data"));
        Path weights = Files.createDirectories(folder.resolve("weights"));
        Path last = weights.resolve("last.safetensors");

        int epochs = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = TrainingProcess.start(engine, dataset, weights, EPOCHS, folder.resolve("report.txt"));
            awaitNewCheckpoint(last, process);
            Thread.sleep(random.nextInt(LONGEST_WAIT));
            assertThat(process.isAlive()).as("the run is not over yet").isTrue();
            process.destroyForcibly().waitFor();

            int reached = Checkpoint.read(last).progress().epochs();
            assertThat(reached).as("epochs after kill %d, seed %x", kill, seed).isGreaterThan(epochs);
            epochs = reached;
        }

        Map<String, float[]> resumed;
        int end = epochs + 2;
        Options options = TrainingProcess.options(EPOCHS);
        try (TinyRun run = TinyRun.of(engine, dataset, options, weights, stoppingAfter(end)).resumed()) {
            resumed = stateAtStop(run);
        }
        try (TinyRun run = TinyRun.of(engine, dataset, options, folder.resolve("whole"), stoppingAfter(end))) {
            SameBits.assertSame(resumed, stateAtStop(run));
        }
    }

    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static Recorder stoppingAfter(int epochs) {
        return new Recorder() {
            @Override
            public void epoch(EpochReport report) {
                if (report.epoch() == epochs - 1) {
                    throw new Stop();
                }
            }
        };
    }

    private static Map<String, float[]> stateAtStop(TinyRun run) {
        try {
            run.trainer().run();
        } catch (Stop expected) {
            return run.state();
        }
        throw new AssertionError("the run ended before it was stopped");
    }

    private void awaitNewCheckpoint(Path last, Process process) throws IOException, InterruptedException {
        FileTime before = Files.exists(last) ? Files.getLastModifiedTime(last) : null;
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!Files.exists(last) || Files.getLastModifiedTime(last).equals(before)) {
            assertThat(process.isAlive() && Instant.now().isBefore(deadline))
                    .as("no new checkpoint; output of the process: %s", Files.readString(folder.resolve("report.txt")))
                    .isTrue();
            Thread.sleep(5);
        }
    }
}
