package io.yolofit.train.plan.loading;

import io.yolofit.data.throughput.LoaderThroughput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The predicted speed of a run with its data loading.
///
/// @param needed  images per second that the device trains, predicted without loading
/// @param current the setting of the run
/// @param better  the setting that helps, with the fewest changes; empty if none does or none is needed
/// @param cores   that would suffice for the device if no setting does; 0 otherwise
public record LoadingForecast(double needed, Rate current, Optional<Rate> better, int cores) {
    private static final double WORTHWHILE = 1.1;
    private static final double MARGIN = 1.2;

    /// A setting and its speed, in images per second.
    ///
    /// @param loaded   that the loader delivers on its own
    /// @param expected that the run trains
    public record Rate(LoaderSetting setting, double loaded, double expected, Bound bound) {
    }

    /// @param measured    loader of this run on this machine
    /// @param sharesCores whether the device is the processor that also loads
    public static LoadingForecast of(double needed, LoaderSetting setting, LoadingMachine machine,
            LoaderThroughput measured, boolean sharesCores) {
        Rate current = rate(needed, setting, machine, measured, sharesCores);
        if (current.bound == Bound.DEVICE) {
            return new LoadingForecast(needed, current, Optional.empty(), 0);
        }
        List<Rate> rates = candidates(needed, setting, machine, measured).stream()
                .map(other -> rate(needed, other, machine, measured, sharesCores)).toList();
        Optional<Rate> better = rates.stream().filter(rate -> rate.bound == Bound.DEVICE).findFirst()
                .or(() -> rates.stream().max(Comparator.comparingDouble(Rate::expected)))
                .filter(rate -> rate.expected >= WORTHWHILE * current.expected);
        Rate best = better.orElse(current);
        boolean suffices = best.bound != Bound.DATA || sharesCores;
        double perCore = measured.rate(machine.cores(), machine.reuses(best.setting.cache())) / machine.cores();
        return new LoadingForecast(needed, current, better, suffices ? 0 : (int) Math.ceil(MARGIN * needed / perCore));
    }

    /// Settings with more workers, with a cache, and with both: the fewest changes first.
    private static List<LoaderSetting> candidates(double needed, LoaderSetting setting, LoadingMachine machine,
            LoaderThroughput measured) {
        List<LoaderSetting> candidates = new ArrayList<>();
        withWorkers(needed, setting, machine, measured).ifPresent(candidates::add);
        machine.cached(setting).ifPresent(cached -> {
            candidates.add(cached);
            withWorkers(needed, cached, machine, measured).ifPresent(candidates::add);
        });
        return candidates;
    }

    /// The same cache with the fewest workers that suffice, or else with all cores.
    private static Optional<LoaderSetting> withWorkers(double needed, LoaderSetting setting, LoadingMachine machine,
            LoaderThroughput measured) {
        int workers = setting.workers() + 1;
        while (workers < machine.cores()
                && Bound.ofRates(needed, measured.rate(workers, machine.reuses(setting.cache()))) != Bound.DEVICE) {
            workers++;
        }
        return workers > machine.cores() ? Optional.empty()
                : Optional.of(new LoaderSetting(workers, setting.cache()));
    }

    private static Rate rate(double needed, LoaderSetting setting, LoadingMachine machine, LoaderThroughput measured,
            boolean sharesCores) {
        boolean reuses = machine.reuses(setting.cache());
        double loaded = measured.rate(setting.workers(), reuses);
        if (setting.workers() == 0) { // loading and computing alternate
            double expected = together(needed, loaded);
            return new Rate(setting, loaded, expected, Bound.ofWaiting(1 - expected / needed));
        }
        double device = sharesCores ? together(needed, measured.rate(machine.cores(), reuses)) : needed;
        return new Rate(setting, loaded, Math.min(device, loaded), Bound.ofRates(needed, loaded));
    }

    private static double together(double one, double other) {
        return 1 / (1 / one + 1 / other);
    }
}
