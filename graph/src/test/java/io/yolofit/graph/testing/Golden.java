package io.yolofit.graph.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Golden texts in `src/test/resources/golden`. `-Dgolden.update=true` rewrites them; the diff is reviewed like code.
public final class Golden {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

    private Golden() {
    }

    public static void check(String file, Object actual) {
        try {
            Path path = FOLDER.resolve(file);
            if (Boolean.getBoolean("golden.update")) {
                Files.createDirectories(FOLDER);
                Files.writeString(path, actual.toString());
            }
            assertThat(path).as("-Dgolden.update=true writes it").exists();
            assertThat(actual.toString()).as(file).isEqualTo(Files.readString(path).replace("\r\n", "\n"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
