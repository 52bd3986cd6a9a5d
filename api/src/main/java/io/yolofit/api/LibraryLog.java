package io.yolofit.api;

import io.yolofit.base.Messages;

/// Notes and warnings for the system logger `io.yolofit`.
final class LibraryLog {
    private LibraryLog() {}

    static Messages messages() {
        System.Logger logger = System.getLogger("io.yolofit");
        return Messages.of(line -> logger.log(System.Logger.Level.DEBUG, line),
                warning -> logger.log(System.Logger.Level.WARNING, warning));
    }
}
