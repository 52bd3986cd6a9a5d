package io.yolofit.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.app.console.TrainProgress.Accuracy;
import io.yolofit.app.console.TrainProgress.EpochSummary;
import io.yolofit.app.console.TrainProgress.Losses;
import io.yolofit.app.console.TrainProgress.Memory;
import io.yolofit.app.console.TrainProgress.Step;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrainProgressTest {
    private static final Losses LOSSES = new Losses(new TreeMap<>(Map.of("box", 1.23456, "cls", 0.9,
            "dfl", 1.1)));
    private static final Memory MEMORY = new Memory(3L << 30, 5L << 30);

    private long now = 5_000_000_000L;

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private TrainProgress progress(RecordedConsole recorded, int epochs, int batches) {
        return new TrainProgress(recorded.console(), epochs, batches, () -> now);
    }

    private void epoch(TrainProgress progress, int epoch, int batches, Duration step) {
        for (int batch = 1; batch <= batches; batch++) {
            pass(step);
            progress.step(new Step(epoch, batch, 16, LOSSES, MEMORY));
        }
    }

    @Test
    void theTerminalLineShowsLossesSpeedMemoryAndRemainingTime() {
        var recorded = RecordedConsole.terminal(140);
        TrainProgress progress = progress(recorded, 10, 4);
        epoch(progress, 1, 2, Duration.ofMillis(500));
        String line = recorded.out().substring(recorded.out().lastIndexOf('\r') + 1);
        assertThat(line).isEqualTo("epoch  1/10  box 1.2346  cls 0.9000  dfl 1.1000  32.0 img/s  3.00 GiB  "
                + "5.00 GiB free  50 %  ETA 19 s  [==========          ]\u001b[K");
        assertThat(recorded.out()).doesNotContain("\n");
    }

    @Test
    void timeBeforeTheTrainingIsNotCountedForAnEpoch() {
        var recorded = RecordedConsole.terminal(140);
        TrainProgress progress = progress(recorded, 10, 4);
        pass(Duration.ofMinutes(1));
        progress.begin();
        epoch(progress, 1, 2, Duration.ofMillis(500));
        assertThat(recorded.out()).contains("32.0 img/s", "ETA 19 s");
        progress.epochDone(new EpochSummary(1, LOSSES, Optional.empty(), false));
        assertThat(recorded.out()).contains("32.0 img/s  1.0 s");
    }

    @Test
    void aNarrowTerminalDropsTheBarFirstAndTheEpochLast() {
        var recorded = RecordedConsole.terminal(60);
        epoch(progress(recorded, 10, 4), 1, 2, Duration.ofMillis(500));
        String line = recorded.out().substring(recorded.out().lastIndexOf('\r') + 1);
        assertThat(line).isEqualTo("epoch  1/10  box 1.2346  cls 0.9000  dfl 1.1000  50 %\u001b[K");
        assertThat(new LiveText().add(0, "epoch").add(1, "50 %").withBar(0.5).fitting(3)).isEqualTo("epoch");
    }

    @Test
    void theTerminalLineIsRewrittenAtMostTenTimesASecond() {
        var recorded = RecordedConsole.terminal(140);
        epoch(progress(recorded, 1, 1000), 1, 1000, Duration.ofMillis(10));
        assertThat(recorded.out().chars().filter(letter -> letter == '\r').count()).isBetween(95L, 101L);
    }

    @Test
    void aPipeGetsALineForEveryTenthOfALongEpochButNotMoreThanOneInTenSeconds() {
        var recorded = RecordedConsole.pipe();
        epoch(progress(recorded, 1, 200), 1, 200, Duration.ofSeconds(1)); // a tenth is 20 s
        assertThat(recorded.out().lines()).hasSize(10).allMatch(line -> line.startsWith("epoch 1/1  box 1.2346"))
                .noneMatch(line -> line.contains("["));

        var quick = RecordedConsole.pipe();
        epoch(progress(quick, 1, 200), 1, 200, Duration.ofMillis(100)); // a tenth is 2 s, all is 20 s
        assertThat(quick.out().lines()).hasSize(2);
    }

    @Test
    void aPipeGetsALineEveryMinuteOfAVeryLongEpoch() {
        var recorded = RecordedConsole.pipe();
        epoch(progress(recorded, 1, 3600), 1, 600, Duration.ofSeconds(1));
        assertThat(recorded.out().lines()).hasSize(10);
    }

    @Test
    void everyEpochPrintsOneLineWithItsAccuracy() {
        for (var recorded : new RecordedConsole[] {RecordedConsole.pipe(), RecordedConsole.terminal(120)}) {
            TrainProgress progress = progress(recorded, 3, 4);
            epoch(progress, 1, 4, Duration.ofMillis(250));
            pass(Duration.ofSeconds(2)); // validation
            progress.epochDone(new EpochSummary(1, LOSSES, Optional.of(new Accuracy(0.7, 0.6, 0.65, 0.4)), true));
            epoch(progress, 2, 4, Duration.ofMillis(500));
            progress.epochDone(new EpochSummary(2, LOSSES, Optional.empty(), false));
            assertThat(recorded.out().replaceAll("\r[^\u001b]*\u001b\\[K", "")).isEqualTo("""
                    epoch 1/3  box 1.2346  cls 0.9000  dfl 1.1000  P 0.700  R 0.600  mAP50 0.650  mAP50-95 0.400  \
                    64.0 img/s  3.0 s  best
                    epoch 2/3  box 1.2346  cls 0.9000  dfl 1.1000  32.0 img/s  2.0 s
                    """);
        }
    }

    @Test
    void theRemainingTimeOfAResumedRunUsesTheStepsOfThisProcess() {
        var recorded = RecordedConsole.terminal(200);
        TrainProgress progress = progress(recorded, 10, 10);
        epoch(progress, 9, 10, Duration.ofSeconds(1));
        assertThat(recorded.out()).endsWith("ETA 10 s  [====================]\u001b[K");
    }

    @Test
    void countedWorkIsShownWithItsShareAndRemainingTime() {
        var terminal = RecordedConsole.terminal(100);
        var progress = new CountProgress(terminal.console(), "validating", 200, "images", () -> now);
        pass(Duration.ofSeconds(5));
        progress.at(50);
        progress.close();
        assertThat(terminal.out()).isEqualTo(
                "\rvalidating  50/200 images  25 %  ETA 15 s  [=====               ]\u001b[K\r\u001b[K");

        var pipe = RecordedConsole.pipe();
        var quiet = new CountProgress(pipe.console(), "validating", 200, "images", () -> now);
        pass(Duration.ofSeconds(5));
        quiet.at(200);
        quiet.close();
        assertThat(pipe.out()).isEmpty();
    }
}
