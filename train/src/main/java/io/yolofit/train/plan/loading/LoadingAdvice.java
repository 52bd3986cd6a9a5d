package io.yolofit.train.plan.loading;

import java.util.Optional;

/// The one setting to change in a run that waits for images, without measured rates of other settings.
public final class LoadingAdvice {
    private LoadingAdvice() {}

    /// More workers while there are cores, and then a cache; empty if both are in use.
    public static Optional<LoaderSetting> next(LoaderSetting setting, LoadingMachine machine) {
        return setting.workers() < machine.cores()
                ? Optional.of(new LoaderSetting(machine.cores(), setting.cache())) : machine.cached(setting);
    }

    /// The advice as the end of a sentence: `try workers=16 (now 2)`.
    public static String text(LoaderSetting setting, LoadingMachine machine) {
        return next(setting, machine).map(other -> "try " + other.changed(setting) + " (now "
                + setting.changed(other) + ")").orElseGet(() -> "all " + machine.cores() + " cores load images and "
                + (machine.reuses(setting.cache()) ? "decode none of them twice: a smaller imgsz or fewer mosaics make "
                + "loading cheaper" : "neither cache=ram nor cache=disk fits: free some memory or disk space"));
    }
}
