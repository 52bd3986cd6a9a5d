package io.yolofit.app.training;

import io.yolofit.app.console.Units;
import io.yolofit.base.Troubleshooting;
import io.yolofit.train.plan.loading.Bound;
import io.yolofit.train.plan.loading.LoaderSetting;
import io.yolofit.train.plan.loading.LoadingAdvice;
import io.yolofit.train.plan.loading.LoadingMachine;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/// What the console says about data loading: a line when the run becomes data-bound and one when it no longer is. A run
/// that never waits for images gets none. The first epoch gets no line, because it decodes images for the first time;
/// `resources.csv` has every epoch, and the end of the run its sum.
final class LoadingNotice {
    private static final int PERCENT = 100;

    private final LoaderSetting setting;
    private final LoadingMachine machine;
    private final int[] epochs = new int[Bound.values().length];
    private Bound shown = Bound.DEVICE;
    private int done;

    LoadingNotice(LoaderSetting setting, LoadingMachine machine) {
        this.setting = setting;
        this.machine = machine;
    }

    /// The line of a finished epoch, if one is due.
    ///
    /// @param epoch from 1
    Optional<String> after(int epoch, LoadingWatch.Epoch loading) {
        Bound bound = loading.bound();
        epochs[bound.ordinal()]++;
        done++;
        boolean isNew = bound != shown && bound != Bound.BALANCED;
        if (!isNew || done == 1) {
            return Optional.empty();
        }
        shown = bound;
        String measured = "epoch " + epoch + " is " + bound.word() + ": " + waited(loading) + " ("
                + Units.fixed(loading.waitMillis(), 1) + " of " + Units.fixed(loading.stepMillis(), 1) + " ms a step)";
        return Optional.of(bound == Bound.DATA ? measured + "; " + LoadingAdvice.text(setting, machine) + ". "
                + Troubleshooting.LOADING.line() : measured);
    }

    /// The most frequent verdict, and the share of waiting of all epochs.
    String summary(LoadingWatch.Epoch total) {
        Bound bound = Arrays.stream(Bound.values()).max(Comparator.comparingInt(one -> epochs[one.ordinal()]))
                .orElseThrow();
        return "Data loading: the run was " + bound.word() + (done == 1 ? "" : " (" + epochs[bound.ordinal()] + " of "
                + done + " epochs)") + ", " + waited(total)
                + (bound == Bound.DATA ? "; " + LoadingAdvice.text(setting, machine) : "");
    }

    private static String waited(LoadingWatch.Epoch loading) {
        return Math.round(PERCENT * loading.share()) + " % of the training time waited for images";
    }
}
