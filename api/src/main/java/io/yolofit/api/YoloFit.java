package io.yolofit.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/// The library.
public final class YoloFit {
    /// Maven writes it into the jar; a class folder has none.
    private static final String PROPERTIES = "/META-INF/maven/io.yolofit/yolofit/pom.properties";

    private YoloFit() {}

    /// The version, such as `0.1.0`; `(built from source)` outside a jar.
    public static String version() {
        try (var stream = YoloFit.class.getResourceAsStream(PROPERTIES)) {
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
