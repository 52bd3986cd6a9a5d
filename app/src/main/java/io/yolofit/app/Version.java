package io.yolofit.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/// The version of this build.
final class Version {
    /// Maven writes it into the jar; a class folder has none.
    private static final String PROPERTIES = "/META-INF/maven/io.yolofit/app/pom.properties";

    private Version() {}

    /// "yolofit 0.1.0 (Java 25.0.1, Linux amd64)"
    static String text() {
        return "yolofit " + number() + " (Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ")";
    }

    /// "0.1.0"
    static String number() {
        try (var stream = Version.class.getResourceAsStream(PROPERTIES)) {
            if (stream == null) {
                return "(built from source)";
            }
            var properties = new Properties();
            properties.load(stream);
            return properties.getProperty("version");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
