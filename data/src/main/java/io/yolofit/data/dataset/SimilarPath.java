package io.yolofit.data.dataset;

import io.yolofit.graph.DidYouMean;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Suggests an existing path in place of one that does not exist.
final class SimilarPath {
    private SimilarPath() {
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
        String nearest = siblings.stream().min(Comparator.comparingInt(name -> errors(wanted, name))).orElse("");
        boolean near = !nearest.isEmpty() && errors(wanted, nearest) <= Math.max(2, wanted.length() / 2);
        return near ? " (did you mean %s?)".formatted(parent.resolve(nearest).resolve(step.relativize(missing))
                .normalize())
                : " (the last existing folder is %s)".formatted(parent);
    }

    /// Ignoring case.
    private static int errors(String wanted, String name) {
        return DidYouMean.distance(wanted.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
    }
}
