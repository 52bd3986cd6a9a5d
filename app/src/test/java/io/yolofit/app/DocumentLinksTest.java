package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The links between the documents: files and headings exist, and the index has every document.
class DocumentLinksTest {
    private static final Path DOCS = Path.of("../docs");
    /// Target and heading of a link, or of the definition of one.
    private static final Pattern LINK = Pattern.compile("(?:\\]\\(|^\\[[^]]+]: )([^)#\\s]*)(#[^)\\s]*)?",
            Pattern.MULTILINE);

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(DOCS)) {
            return Stream.concat(Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(name ->
                    Path.of("..", name)), docs.filter(file -> file.toString().endsWith(".md")).sorted()).toList();
        }
    }

    private static List<String> anchors(Path document) throws IOException {
        return Files.readAllLines(document).stream().filter(line -> line.startsWith("#"))
                .map(line -> "#" + line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-')).toList();
    }

    @Test
    void everyLinkHasATarget() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            for (MatchResult link : LINK.matcher(Files.readString(document)).results().toList()) {
                if (link.group(1).matches("[a-z]+:.*")) {
                    continue; // another site
                }
                Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                boolean found = Files.exists(target) && (link.group(2) == null
                        || anchors(target).contains(link.group(2)));
                if (!found) {
                    broken.add(document + ": " + link.group());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void theIndexHasEveryDocument() throws IOException {
        String index = Files.readString(DOCS.resolve("README.md"));
        for (Path document : documents()) {
            if (document.startsWith(DOCS) && !document.equals(DOCS.resolve("README.md"))) {
                assertThat(index).contains("](" + DOCS.relativize(document) + ")");
            }
        }
    }
}
