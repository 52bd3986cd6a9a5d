package io.yolofit.app.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolofit.app.console.RecordedConsole;
import io.yolofit.app.training.MemoryRule.LowHostMemory;
import io.yolofit.app.training.MemoryRule.OtherProcesses;
import io.yolofit.train.options.CacheChoice;
import io.yolofit.train.plan.loading.Bound;
import io.yolofit.train.plan.loading.LoaderSetting;
import io.yolofit.train.plan.loading.LoadingMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Memory and data loading of a run, with a clock and a loader of the test.
class RunWatchTest {
    private static final long GIBI = 1L << 30;
    private static final long MEBI = 1L << 20;
    private static final int MILLI = 1_000_000;

    @TempDir
    private Path folder;
    private long now = 5_000_000_000L;
    private long waited;
    private int readings;
    private MemoryReading memory = new MemoryReading(2 * GIBI, 6 * GIBI, 10 * GIBI);

    private final RecordedConsole recorded = RecordedConsole.pipe();

    private RunWatch watch(int completed) throws IOException {
        var device = new MemoryWatch(() -> {
            readings++;
            return memory;
        }, new OtherProcesses(), recorded.console()::warn, () -> now);
        var host = new MemoryWatch(() -> new MemoryReading(GIBI, 8 * GIBI, 16 * GIBI), new LowHostMemory(),
                recorded.console()::warn, () -> now);
        return new RunWatch(recorded.console(), device, host, new LoadingWatch(() -> waited, () -> now),
                new LoadingNotice(new LoaderSetting(2, CacheChoice.NONE),
                        new LoadingMachine(16, false, Optional.of(CacheChoice.RAM))),
                ResourceLog.open(folder.resolve("resources.csv"), completed));
    }

    /// An epoch of ten steps, each of which waits for its batch, computes, and is followed by a validation.
    private void epoch(RunWatch watch, int number, int waitMillis, int stepMillis) {
        for (int step = 0; step < 10; step++) {
            waited += (long) waitMillis * MILLI;
            now += (long) stepMillis * MILLI;
            watch.step();
        }
        now += 3_000L * MILLI; // a validation is no training time
        watch.epoch(number);
    }

    @Test
    void aSlowLoaderIsReportedOnceWithTheSettingToChange() throws IOException {
        RunWatch watch = watch(0);
        epoch(watch, 1, 70, 100);
        assertThat(recorded.out()).as("the first epoch decodes the images").isEmpty();
        epoch(watch, 2, 62, 100);
        epoch(watch, 3, 64, 100);
        assertThat(recorded.out().lines()).containsExactly("epoch 2 is data-bound: 62 % of the training time waited "
                + "for images (62.0 of 100.0 ms a step); try workers=16 (now workers=2). "
                + "More: docs/troubleshooting.md#the-gpu-waits-for-images");
        assertThat(watch.summary()).isEqualTo("Data loading: the run was data-bound (3 of 3 epochs), 65 % of the "
                + "training time waited for images; try workers=16 (now workers=2)");
    }

    @Test
    void aRunThatNeverWaitsSaysSoAtItsEndOnly() throws IOException {
        RunWatch watch = watch(0);
        for (int epoch = 1; epoch <= 4; epoch++) {
            epoch(watch, epoch, epoch == 1 ? 40 : 0, 100);
        }
        assertThat(recorded.out()).isEmpty();
        assertThat(watch.summary()).isEqualTo("Data loading: the run was device-bound (3 of 4 epochs), 10 % of the "
                + "training time waited for images");
    }

    @Test
    void onlyEnteringAndLeavingTheDataBoundStateIsPrinted() throws IOException {
        RunWatch watch = watch(0);
        int[] waits = {0, 30, 10, 30, 10, 2, 0};
        for (int epoch = 1; epoch <= waits.length; epoch++) {
            epoch(watch, epoch, waits[epoch - 1], 100);
        }
        assertThat(recorded.out().lines()).hasSize(2).first().asString().startsWith("epoch 2 is data-bound: 30 %");
        assertThat(recorded.out().lines().toList().getLast()).isEqualTo(
                "epoch 6 is device-bound: 2 % of the training time waited for images (2.0 of 100.0 ms a step)");
    }

    @Test
    void everyEpochHasARowAndAResumedRunKeepsThoseOfItsFinishedEpochs() throws IOException {
        RunWatch first = watch(0);
        epoch(first, 1, 62, 100);
        epoch(first, 2, 0, 100);
        epoch(watch(1), 2, 10, 100);
        assertThat(Files.readAllLines(folder.resolve("resources.csv"))).containsExactly(
                "epoch,bound,waited_share,wait_ms,step_ms,own_bytes,free_bytes,host_bytes,host_free_bytes",
                "1,data-bound,0.6200,62.00,100.00,2147483648,6442450944,1073741824,8589934592",
                "2,balanced,0.1000,10.00,100.00,2147483648,6442450944,1073741824,8589934592");
    }

    @Test
    void timeBeforeTheFirstStepAndWaitingOfEarlierRunsDoNotCount() {
        waited = 900L * MILLI;
        var watch = new LoadingWatch(() -> waited, () -> now);
        now += 60_000L * MILLI;
        watch.begin();
        waited += 5L * MILLI;
        now += 50L * MILLI;
        watch.step();
        LoadingWatch.Epoch epoch = watch.epochDone();
        assertThat(epoch.share()).isCloseTo(0.1, within(1e-9));
        assertThat(epoch.bound()).isEqualTo(Bound.BALANCED);
        assertThat(new LoadingWatch.Epoch(0, 0, 0).share()).isZero();
    }

    @Test
    void memoryIsReadAtMostOncePerSecond() throws IOException {
        RunWatch watch = watch(0);
        for (int step = 0; step < 500; step++) {
            now += 10L * MILLI;
            assertThat(watch.step()).isEqualTo(memory);
        }
        assertThat(readings).isBetween(4, 6);
    }

    @Test
    void anotherProcessOnTheGpuIsReportedOncePerChange() {
        var rule = new OtherProcesses();
        List<String> warnings = new ArrayList<>();
        long[] free = {6 * GIBI, 6 * GIBI - 100 * MEBI, 6 * GIBI - 200 * MEBI, 5 * GIBI, 5 * GIBI, 4 * GIBI, 6 * GIBI,
            5 * GIBI};
        for (long now : free) {
            rule.warning(new MemoryReading(2 * GIBI, now, 10 * GIBI)).ifPresent(warnings::add);
        }
        assertThat(warnings).hasSize(3);
        assertThat(warnings.getFirst()).isEqualTo("another process took 1.00 GiB of the GPU's memory, 5.00 GiB are "
                + "free now; this run keeps the 2.00 GiB that it holds. "
                + "More: docs/troubleshooting.md#another-process-takes-the-memory-of-the-gpu");
        assertThat(warnings.get(1)).startsWith("another process took 1.00 GiB").contains("4.00 GiB are free");
    }

    @Test
    void growthOfTheRunItselfIsNoOtherProcess() {
        var rule = new OtherProcesses();
        assertThat(rule.warning(new MemoryReading(2 * GIBI, 6 * GIBI, 10 * GIBI))).isEmpty();
        assertThat(rule.warning(new MemoryReading(4 * GIBI, 4 * GIBI, 10 * GIBI))).isEmpty();
    }

    @Test
    void aNearlyFullHostIsReportedOnceUntilItHasRecovered() {
        var rule = new LowHostMemory();
        List<String> warnings = new ArrayList<>();
        for (long free : new long[] {4 * GIBI, 400 * MEBI, 300 * MEBI, 600 * MEBI, 400 * MEBI, 2 * GIBI, 500 * MEBI}) {
            rule.warning(new MemoryReading(3 * GIBI, free, 16 * GIBI)).ifPresent(warnings::add);
        }
        assertThat(warnings).hasSize(2);
        assertThat(warnings.getFirst()).startsWith("only 400.0 MiB of the host's 16.0 GiB are free, and this run holds "
                + "3.00 GiB").contains("docs/troubleshooting.md#out-of-memory-in-the-middle-of-a-run");
    }
}
