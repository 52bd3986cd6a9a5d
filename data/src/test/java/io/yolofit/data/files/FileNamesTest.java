package io.yolofit.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileNamesTest {
    private static final String COMPOSED = "\u00fcber";
    private static final String DECOMPOSED = "u\u0308ber";

    @TempDir
    Path folder;

    @Test
    void extensionsAreReplaced() {
        assertThat(FileNames.withExtension(Path.of("/x.y/a.b.jpg"), ".txt")).hasToString("/x.y/a.b.txt");
        assertThat(FileNames.withExtension(Path.of("a"), ".txt")).hasToString("a.txt");
        assertThat(FileNames.extension(Path.of("A.JPG"))).isEqualTo("jpg");
        assertThat(FileNames.extension(Path.of(".hidden"))).isEmpty();
    }

    @Test
    void keysIgnoreCaseAndNormalization() {
        assertThat(FileNames.key(COMPOSED)).isEqualTo(FileNames.key(DECOMPOSED)).isEqualTo(FileNames.key("\u00dcBER"));
        assertThat(FileNames.key("a")).isNotEqualTo(FileNames.key("b"));
    }

    @Test
    void namesThatAreNotUtf8KeepTheirBytes() {
        assumeTrue(System.getProperty("os.name").startsWith("Linux"), "names are plain bytes on Linux only");
        Path file = Path.of(URI.create("file:///x/caf%E9.jpg"));
        assertThat(FileNames.withExtension(file, ".txt")).isEqualTo(Path.of(URI.create("file:///x/caf%E9.txt")));
        assertThat(FileNames.parse(FileNames.text(file))).isEqualTo(file);
        assertThat(FileNames.text(Path.of("/x/\u00fc.jpg"))).isEqualTo("/x/\u00fc.jpg");
        assertThat(FileNames.parse("/x/\u00fc.jpg")).isEqualTo(Path.of("/x/\u00fc.jpg"));
    }

    @Test
    void existingPathsAreFoundInOtherCaseAndNormalization() throws IOException {
        Path image = Files.writeString(Files.createDirectories(folder.resolve("Images/" + DECOMPOSED)).resolve("A.JPG"),
                "x");
        assertThat(new PathFinder().find(folder.resolve("images/" + COMPOSED + "/a.jpg"))).contains(image);
        assertThat(new PathFinder().find(folder.resolve("images/other/a.jpg"))).isEmpty();
        Files.writeString(image.resolveSibling("a.Jpg"), "x");
        assertThat(new PathFinder().find(folder.resolve("images/" + COMPOSED + "/a.jpg"))).as("ambiguous")
                .isEmpty();
    }

    @Test
    void reasonsDoNotRepeatThePath() {
        assertThat(FileFailure.reason(new AccessDeniedException("/x"))).isEqualTo("permission denied");
        assertThat(FileFailure.reason(new NoSuchFileException("/x"))).isEqualTo("it does not exist");
        assertThat(FileFailure.reason(new FileSystemException("/x", null, "Input/output error")))
                .isEqualTo("input/output error");
        assertThat(FileFailure.reason(new IOException("Is a directory"))).isEqualTo("is a directory");
        assertThat(FileFailure.reason(new IOException())).isEqualTo("java.io.IOException");
    }
}
