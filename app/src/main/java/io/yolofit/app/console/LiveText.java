package io.yolofit.app.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The parts of a progress line; the least important parts are dropped on a narrow terminal.
final class LiveText {
    static final String GAP = "  ";
    private static final int BAR_WIDTH = 20;
    private static final int BAR_RANK = 5;

    private final List<Part> parts = new ArrayList<>();

    /// @param rank 0 is never dropped; of the others, the highest is dropped first
    private record Part(int rank, String text) {}

    LiveText add(int rank, String text) {
        parts.add(new Part(rank, text));
        return this;
    }

    /// Adds a progress bar.
    ///
    /// @param share filled, 0 to 1
    LiveText withBar(double share) {
        int filled = Math.clamp(Math.round(BAR_WIDTH * share), 0, BAR_WIDTH);
        return add(BAR_RANK, "[" + "=".repeat(filled) + " ".repeat(BAR_WIDTH - filled) + "]");
    }

    String whole() {
        return joined(parts);
    }

    /// The text in at most `columns` characters; of parts of the same rank, the last is dropped first.
    String fitting(int columns) {
        var kept = new ArrayList<>(parts);
        while (joined(kept).length() > columns) {
            Part least = kept.reversed().stream().max(Comparator.comparingInt(Part::rank)).orElseThrow();
            if (least.rank() == 0) {
                break;
            }
            kept.remove(kept.lastIndexOf(least));
        }
        return joined(kept);
    }

    private static String joined(List<Part> parts) {
        return parts.stream().map(Part::text).collect(Collectors.joining(GAP));
    }
}
