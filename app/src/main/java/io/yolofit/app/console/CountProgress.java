package io.yolofit.app.console;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Progress of countable work: images validated, predicted or cached.
public final class CountProgress {
    private final Console console;
    private final String label;
    private final long total;
    private final String unit;
    private final LongSupplier nanoTime;
    private final Pace pace;
    private final long start;

    /// @param label    of the work: "validating"
    /// @param unit     of the count: "images"
    /// @param nanoTime a clock such as `System::nanoTime`
    public CountProgress(Console console, String label, long total, String unit, LongSupplier nanoTime) {
        this.console = console;
        this.label = label;
        this.total = total;
        this.unit = unit;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.pace = new Pace(console.isTerminal(), start);
    }

    /// Updates the number of items done; prints it if a line is due.
    public void at(long done) {
        long now = nanoTime.getAsLong();
        double share = total == 0 ? 1 : done / (double) total;
        if (!pace.due(now, share)) {
            return;
        }
        var text = new LiveText().add(0, label).add(1, Units.count(done) + "/" + Units.count(total) + " " + unit)
                .add(2, (int) (100 * share) + " %");
        if (done > 0) {
            text.add(3, "ETA " + Units.duration(Duration.ofNanos(Math.round((now - start) * (1 - share) / share))));
        }
        if (console.isTerminal()) {
            console.live(text.withBar(share).fitting(console.width() - 1));
        } else {
            console.line(text.whole());
        }
    }

    /// Removes the live line.
    public void close() {
        console.removeLive();
    }
}
