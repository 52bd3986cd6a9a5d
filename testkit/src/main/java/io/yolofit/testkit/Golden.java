package io.yolofit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Golden texts: files in the folder `src/test/resources/golden` of the module that is tested. `-Dgolden.update=true`
/// rewrites them; the diff is reviewed like code.
public final class Golden {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

    private Golden() {
    }

    /// Compares a text with its golden file. Files are read from the class path, so that the tests of a bundle, which
    /// has no sources, compare as well.
    public static void check(String file, Object actual) {
        String text = actual.toString();
        try {
            if (Boolean.getBoolean("golden.update")) {
                Files.createDirectories(FOLDER);
                Files.writeString(FOLDER.resolve(file), text);
                return;
            }
            try (InputStream golden = Golden.class.getResourceAsStream("/golden/" + file)) {
                assertThat(golden).as("golden/%s on the class path; -Dgolden.update=true writes it", file).isNotNull();
                assertThat(text).as("golden/%s; -Dgolden.update=true rewrites it, and the change says why", file)
                        .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n"));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
