package io.yolofit.data.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Suggests an existing path in place of one that does not exist.
final class Nearest {
    private Nearest() {
    }

    /// ` (did you mean .../val?)`, or where the path first leaves the existing folders, or nothing.
    static String hint(Path missing) {
        Path parent = missing.getParent();
        Path step = missing;
        while (parent != null && !Files.isDirectory(parent)) {
            step = parent;
            parent = parent.getParent();
        }
        if (parent == null) {
            return "";
        }
        String wanted = step.getFileName().toString();
        List<String> siblings;
        try (Stream<Path> files = Files.list(parent)) {
            siblings = files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) { // a hint is a courtesy: the error it decorates is the message
            return "";
        }
        String nearest = siblings.stream().min(Comparator.comparingInt(name -> distance(wanted, name))).orElse("");
        boolean near = !nearest.isEmpty() && distance(wanted, nearest) <= Math.max(2, wanted.length() / 2);
        return near ? " (did you mean %s?)".formatted(parent.resolve(nearest).resolve(step.relativize(missing))
                .normalize())
                : " (the last existing folder is %s)".formatted(parent);
    }

    /// Levenshtein's distance, ignoring case: the fewest insertions, deletions and exchanges of a letter.
    static int distance(String a, String b) {
        String left = a.toLowerCase(Locale.ROOT);
        String right = b.toLowerCase(Locale.ROOT);
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int exchange = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(exchange, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
