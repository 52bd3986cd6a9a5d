package io.yolofit.graph.recompute;

import java.util.List;
import java.util.function.Predicate;

/// Greedy selection in the order of a list, with few evaluations: items are tried in groups that double after each
/// success and halve after each failure. The result is that of trying them one by one if an item that is acceptable
/// after others is acceptable without them, which holds for memory peaks except in rare cases.
final class Galloping {
    private Galloping() {
    }

    /// @param accepts tries a group, which it takes or refuses as a whole
    static <T> void accept(List<T> items, Predicate<List<T>> accepts) {
        int start = 0;
        int group = 1;
        while (start < items.size()) {
            int end = Math.min(items.size(), start + group);
            if (accepts.test(items.subList(start, end))) {
                start = end;
                group *= 2;
            } else if (end - start == 1) {
                start = end;
                group = 1;
            } else {
                group = (end - start) / 2;
            }
        }
    }
}
