package io.yolofit.app.planning;

import static io.yolofit.train.options.OptionTable.CACHE;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.WORKERS;

import io.yolofit.app.report.LoadingReport;
import io.yolofit.base.file.CacheFolder;
import io.yolofit.data.batch.LoaderOptions;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.throughput.LoaderThroughput;
import io.yolofit.data.throughput.ThroughputCache;
import io.yolofit.data.throughput.ThroughputProbe;
import io.yolofit.train.options.CacheChoice;
import io.yolofit.train.options.Options;
import io.yolofit.train.plan.DataFacts;
import io.yolofit.train.plan.Loading;
import io.yolofit.train.plan.Phases;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.loading.LoaderSetting;
import io.yolofit.train.plan.loading.LoadingForecast;
import io.yolofit.train.plan.loading.LoadingMachine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Data loading of a planned run: measures the loader of this machine, once per data set and options, and compares it
/// with the predicted speed of the run.
public final class LoadingPlan {
    /// Loading with a worker on each of two or more cores over loading with one, at the least.
    private static final double LEAST_GAIN = 1.15;

    private LoadingPlan() {}

    /// @param options of the planned run
    /// @param stride  of the model, pixels
    /// @param onCpu   whether the processor that loads is also the device
    /// @param notes   receives a line if the measurement takes time
    /// @return empty without a data set
    public static Optional<LoadingReport> of(Options options, DataFacts data, RunPlan plan, int stride, boolean onCpu,
            Consumer<String> notes) {
        return data.scanned().map(scanned -> of(options, scanned, plan, stride, onCpu, notes));
    }

    private static LoadingReport of(Options options, DataFacts.Scanned images, RunPlan plan, int stride, boolean onCpu,
            Consumer<String> notes) {
        Path folder = CacheFolder.path();
        Options largest = Phases.of(options).stream().max(Comparator.comparingInt(phase -> phase.get(IMGSZ)))
                .orElseThrow();
        LoaderOptions loader = Loading.training(largest, largest.get(IMGSZ), stride);
        var cache = new ThroughputCache(folder, Instant.now());
        Optional<LoaderThroughput> earlier = cache.load(images.train(), loader).filter(LoadingPlan::scales);
        LoaderThroughput measured = earlier.orElseGet(() -> measured(images.train(), loader, cache, notes));
        var machine = LoadingMachine.of(images.train(), images.val(), loader.imageSize(), folder);
        LoadingForecast forecast = LoadingForecast.of(plan.times().orElseThrow().images(),
                new LoaderSetting(options.get(WORKERS), options.get(CACHE)), machine, measured, onCpu);
        return report(forecast, measured, new LoadingReport.Machine(measured.cores(), measured.images(),
                measured.seconds(), earlier.isPresent(), onCpu,
                machine.held() && options.get(CACHE) == CacheChoice.NONE));
    }

    private static LoaderThroughput measured(List<LabeledImage> images, LoaderOptions loader, ThroughputCache cache,
            Consumer<String> notes) {
        notes.accept("measuring data loading for about a second; later plans of these images reuse the result");
        LoaderThroughput measured = ThroughputProbe.measure(images, loader);
        if (scales(measured)) {
            cache.store(images, loader, measured);
        } else {
            notes.accept("loading was not faster with " + measured.cores() + " workers than with one: other programs "
                    + "use the processor. The next plan measures again");
        }
        return measured;
    }

    /// Whether more workers loaded faster. They do unless other programs use the cores, and a measurement of a busy
    /// machine says nothing about the settings of a run.
    static boolean scales(LoaderThroughput measured) {
        return measured.cores() == 1 || measured.all().cached() >= LEAST_GAIN * measured.single().cached();
    }

    private static LoadingReport report(LoadingForecast forecast, LoaderThroughput measured,
            LoadingReport.Machine machine) {
        LoaderSetting current = forecast.current().setting();
        return new LoadingReport(forecast.current().bound().word(), forecast.needed(),
                setting(forecast.current(), current),
                forecast.better().map(better -> setting(better, current)).orElse(null), forecast.cores(),
                IntStream.of(1, measured.cores()).distinct().mapToObj(workers -> new LoadingReport.Measured(workers,
                        measured.rate(workers, false), measured.rate(workers, true))).toList(), machine);
    }

    private static LoadingReport.Setting setting(LoadingForecast.Rate rate, LoaderSetting current) {
        return new LoadingReport.Setting(rate.setting().text(), rate.setting().changed(current), rate.bound().word(),
                rate.loaded(), rate.expected());
    }
}
