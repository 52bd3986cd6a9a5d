package io.yolofit.app.page;

import static io.yolofit.app.page.PageTemplate.escaped;
import static io.yolofit.app.page.PageTables.tile;

import io.yolofit.app.console.Units;
import io.yolofit.app.report.GpuPlans;
import io.yolofit.app.report.LoadingReport;
import io.yolofit.app.report.PlanReport;
import io.yolofit.train.plan.MemoryTimeline;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.RunTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The plan of a training run as one HTML page.
public final class PlanPage {
    private static final double GIBI = 1 << 30;
    private static final int MILLIS = 1000;

    private final String html;

    private PlanPage(String html) {
        this.html = html;
    }

    /// @param report of the plan
    /// @param plan   of a training run
    /// @param gpus   the same run on other GPUs
    public static PlanPage of(PlanReport report, RunPlan plan, Optional<GpuPlans> gpus) {
        MemoryTimeline timeline = MemoryTimeline.of(plan);
        var memory = new MemoryChart(timeline);
        FrontierChart frontier = FrontierChart.of(plan);
        PlanReport.Prediction prediction = report.prediction();
        RunSpec spec = (RunSpec) plan.spec();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("title", escaped(spec.model().name()));
        fields.put("run", escaped(report.run()));
        fields.put("figures", figures(report, spec, plan.times().orElseThrow()));
        fields.put("choices", prediction == null ? "" : PageTables.choices(prediction.chosen()));
        fields.put("legend", memory.legend());
        fields.put("memory", memory.svg());
        fields.put("memoryLabels", memory.labels());
        fields.put("memoryData", memory.data());
        fields.put("peakName", escaped(timeline.moments().get(timeline.peak()).kernel()));
        fields.put("peakBytes", Units.bytes(timeline.bytes(timeline.peak())));
        fields.put("peakMap", PeakMap.html(timeline));
        fields.put("arenaMap", ArenaMap.svg(timeline));
        fields.put("arena", Units.bytes(report.arena()));
        fields.put("above", Units.percent(report.lowerBound() == 0 ? 0
                : report.arena() / (double) report.lowerBound() - 1));
        fields.put("frontier", frontier.svg());
        fields.put("frontierLabels", frontier.labels());
        fields.put("loading", report.loading() == null ? "" : PageTables.loading(report.loading()));
        fields.put("alternatives", prediction == null ? "" : PageTables.alternatives(prediction.alternatives()));
        fields.put("gpus", gpus.map(PageTables::gpus).orElse(""));
        fields.put("source", escaped(plan.target().times().source()));
        return new PlanPage(PageTemplate.filled(PageTemplate.PLAN, fields));
    }

    private static String figures(PlanReport report, RunSpec spec, RunTimes times) {
        PlanReport.Prediction prediction = report.prediction();
        RunSpec.Schedule schedule = spec.schedule();
        long bytes = prediction == null ? report.arena() : prediction.total();
        return tile(Units.fixed(bytes / GIBI, 2), "GiB", prediction == null ? "tensors" : "process on the device")
                + tile(Units.fixed(MILLIS * times.step(), 1), "ms", "a step, estimated")
                + tile(Units.fixed(times.images(), times.images() < 100 ? 1 : 0), "img/s", "without loading")
                + (report.loading() == null ? "" : loaded(report.loading()))
                + tile(schedule.batch() + (schedule.accumulate() > 1 ? " x " + schedule.accumulate() : ""), "",
                        schedule.accumulate() > 1 ? "batch, accumulated" : "batch")
                + (times.hours().isEmpty() ? "" : tile(Units.fixed(times.hours().getAsDouble(), 1), "h",
                        schedule.epochs() + " epochs"));
    }

    private static String loaded(LoadingReport loading) {
        double rate = loading.current().loaded();
        return tile(Units.fixed(rate, rate < 100 ? 1 : 0), "img/s", "loaded here, " + loading.bound());
    }

    public String html() {
        return html;
    }

    /// Writes the page; its folder is created if needed.
    public void write(Path file) throws IOException {
        if (file.toAbsolutePath().getParent() != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        Files.writeString(file, html);
    }
}
