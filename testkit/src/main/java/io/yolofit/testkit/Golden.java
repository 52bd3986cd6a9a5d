package io.yolofit.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Golden texts: files in the folder `src/test/resources/golden` of the module that is tested. `-Dgolden.update=true`
/// rewrites them; the diff is reviewed like code.
public final class Golden {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");
    private static final int LINES_SHOWN = 20;

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
                if (golden == null) {
                    throw new AssertionError("there is no golden/" + file + " on the class path; -Dgolden.update=true"
                            + " writes it");
                }
                compare(file, new String(golden.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n"), text);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @throws AssertionError with the first lines that differ
    static void compare(String file, String expected, String actual) {
        if (actual.equals(expected)) {
            return;
        }
        List<String> before = expected.lines().toList();
        List<String> after = actual.lines().toList();
        StringBuilder message = new StringBuilder("golden/" + file + " has " + before.size() + " lines, and the text "
                + after.size() + "; -Dgolden.update=true rewrites the file, and the change says why. They differ in:");
        int shown = 0;
        for (int i = 0; i < Math.max(before.size(), after.size()) && shown < LINES_SHOWN; i++) {
            String old = i < before.size() ? before.get(i) : "(no line)";
            String now = i < after.size() ? after.get(i) : "(no line)";
            if (!old.equals(now)) {
                message.append("\nline ").append(i + 1).append("\n- ").append(old).append("\n+ ").append(now);
                shown++;
            }
        }
        throw new AssertionError(shown == 0 ? message + " the end of the last line" : message.toString());
    }
}
