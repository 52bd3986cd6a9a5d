package io.yolofit.app.console;

import java.time.Duration;

/// Rate limit of progress lines. On a terminal ten per second; in a pipe, where lines accumulate, one per tenth of the
/// work, but at most every ten seconds and at least every minute.
final class Pace {
    private static final long TERMINAL_INTERVAL = Duration.ofMillis(100).toNanos();
    private static final long SHORTEST_INTERVAL = Duration.ofSeconds(10).toNanos();
    private static final long LONGEST_INTERVAL = Duration.ofMinutes(1).toNanos();
    private static final int PARTS = 10;
    private static final double ROUNDING = 1e-9;

    private final boolean terminal;
    private long lastNanos;
    private int lastPart;
    private boolean first = true;

    Pace(boolean terminal, long startNanos) {
        this.terminal = terminal;
        this.lastNanos = startNanos;
    }

    /// Whether a line is due now; if so, records that it was printed.
    ///
    /// @param share completed share of the current epoch or task, 0 to 1; may restart at 0
    boolean due(long nanos, double share) {
        long passed = nanos - lastNanos;
        int part = (int) (PARTS * share + ROUNDING);
        boolean due = terminal
                ? first || passed >= TERMINAL_INTERVAL
                : passed >= LONGEST_INTERVAL
                        || passed >= SHORTEST_INTERVAL && part != lastPart;
        if (due) {
            lastNanos = nanos;
            lastPart = part;
            first = false;
        }
        return due;
    }
}
