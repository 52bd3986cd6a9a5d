package io.yolofit.house;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A text file of the repository: its path from the root, with forward slashes, and its content.
record TextFile(String name, String text) {

    List<String> lines() {
        return text.lines().toList();
    }

    /// One offense for every different match on a line; `%s` in the problem is what was found.
    Stream<Violation> offenses(Pattern pattern, String problem) {
        List<String> lines = lines();
        return IntStream.range(0, lines.size()).boxed()
                .flatMap(index -> pattern.matcher(lines.get(index)).results()
                        .map(found -> new Violation(name, index + 1, problem.formatted(found.group())))
                        .distinct());
    }
}
