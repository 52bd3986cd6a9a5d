package io.yolofit.train.advice;

import java.util.Locale;

/// Classes of hardware with the same advice.
public enum Hardware {
    /// Jetson class: processor and GPU share a small memory.
    EDGE("an embedded device"),
    CPU("no GPU"),
    SMALL("a GPU under 16 GB"),
    MEDIUM("a GPU of 16 to 24 GB"),
    LARGE("a GPU of 24 GB or more"),
    SEVERAL("several GPUs");

    private static final long MEDIUM_FROM = 16_000_000_000L;
    private static final long LARGE_FROM = 24_000_000_000L;

    private final String title;

    Hardware(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    /// The word in the rules.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The class of a number of GPUs.
    ///
    /// @param memory of one of them, bytes
    public static Hardware ofGpus(int count, long memory) {
        return count > 1 ? SEVERAL : memory < MEDIUM_FROM ? SMALL : memory < LARGE_FROM ? MEDIUM : LARGE;
    }
}
