package io.yolofit.app;

import io.yolofit.api.YoloFit;

/// The version of this build.
final class Version {
    private Version() {}

    /// "yolofit 0.1.0 (Java 25.0.1, Linux amd64)"
    static String text() {
        return "yolofit " + number() + " (Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ")";
    }

    /// "0.1.0"
    static String number() {
        return YoloFit.version();
    }
}
