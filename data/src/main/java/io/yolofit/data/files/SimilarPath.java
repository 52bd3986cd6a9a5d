package io.yolofit.data.files;

import io.yolofit.base.DidYouMean;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Suggests an existing path in place of one that does not exist.
public final class SimilarPath {
    private SimilarPath() {
    }

    /// ` (did you mean .../val?)`, or the last existing folder of the path, or an empty string.
    public static String hint(Path missing) {
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
        } catch (IOException e) { // the hint is optional: the caller's error is reported without it
            return "";
        }
        String closest = siblings.stream().min(Comparator.comparingInt(name -> distance(wanted, name))).orElse("");
        boolean isClose = !closest.isEmpty() && distance(wanted, closest) <= Math.max(2, wanted.length() / 2);
        return isClose ? " (did you mean %s?)".formatted(parent.resolve(closest).resolve(step.relativize(missing))
                .normalize())
                : " (the last existing folder is %s)".formatted(parent);
    }

    /// Edit distance, ignoring case.
    private static int distance(String wanted, String name) {
        return DidYouMean.distance(wanted.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
    }
}
