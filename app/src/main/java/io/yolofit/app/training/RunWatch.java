package io.yolofit.app.training;

import io.yolofit.app.console.Console;
import io.yolofit.train.event.TrainingEvent;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Watches memory and data loading of a run between its steps: warnings and verdicts go to the console, every epoch
/// goes to `resources.csv`.
///
/// @param device memory of the device; on the CPU the same as `host`
/// @param host   memory of the host
record RunWatch(Console console, MemoryWatch device, MemoryWatch host, LoadingWatch loading, LoadingNotice notice,
        ResourceLog log) implements TrainingEvent.Listener {
    @Override
    public void on(TrainingEvent event) {
        if (event instanceof TrainingEvent.Started) {
            loading.begin();
        } else if (event instanceof TrainingEvent.EpochEnded ended) {
            epoch(ended.epoch());
        }
    }

    /// A step is complete.
    ///
    /// @return memory of the device, for the progress line
    MemoryReading step() {
        loading.step();
        host.latest();
        return device.latest();
    }

    /// An epoch is complete, validation included; its line has been printed.
    ///
    /// @param epoch from 1
    void epoch(int epoch) {
        LoadingWatch.Epoch done = loading.epochDone();
        try {
            log.append(epoch, done, device.latest(), host.latest());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        notice.after(epoch, done).ifPresent(console::line);
    }

    /// The verdict on the whole run.
    String summary() {
        return notice.summary(loading.total());
    }
}
