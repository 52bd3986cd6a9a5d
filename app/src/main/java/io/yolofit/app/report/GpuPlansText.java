package io.yolofit.app.report;

import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.Units;
import io.yolofit.app.report.GpuPlans.GpuPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One line per GPU, and why the run does not fit on some of several. The reason of a single GPU is the error of the
/// command, which has suggestions too.
public final class GpuPlansText {
    private static final double GIBI = 1 << 30;

    private GpuPlansText() {}

    public static List<String> lines(GpuPlans plans) {
        var lines = new ArrayList<String>(List.of(plans.run(), ""));
        var table = new TextTable(Column.left("gpu"), Column.right("GiB"), Column.left("fits"), Column.right("batch"),
                Column.right("accumulate"), Column.left("amp"), Column.left("recompute"),
                Column.right("GiB used"), Column.right("img/s"), Column.right("hours"));
        for (GpuPlan gpu : plans.gpus()) {
            String about = gpu.measured() ? "" : "~";
            if (gpu.fits()) {
                table.row(gpu.gpu(), gibi(gpu.memory()), "yes", gpu.batch().toString(), gpu.accumulate().toString(),
                        gpu.precision(), gpu.recompute(), gibi(gpu.process()), about + rate(gpu.imagesPerSecond()),
                        gpu.hours() == null ? "-" : about + Units.fixed(gpu.hours(), gpu.hours() < 1 ? 2 : 1));
            } else {
                table.row(gpu.gpu(), gibi(gpu.memory()), "no", "-", "-", "-", "-", "-", "-", "-");
            }
        }
        lines.addAll(table.lines());
        lines.addAll(reasons(plans.gpus()));
        lines.add("");
        lines.add("Memory is planned, plus an estimate for context and CUDA graphs.");
        lines.add("Times are without data loading, predicted from " + (plans.gpus().stream().anyMatch(GpuPlan::measured)
                ? "rates measured on an H200 or, marked with ~, estimated from data sheets."
                : "data sheets: estimates (~)."));
        plans.scaling().forEach(scaling -> {
            lines.add("");
            lines.addAll(ScalingText.lines(scaling));
        });
        return lines;
    }

    private static List<String> reasons(List<GpuPlan> gpus) {
        if (gpus.size() == 1) {
            return List.of();
        }
        Map<String, List<String>> names = new LinkedHashMap<>();
        gpus.stream().filter(gpu -> !gpu.fits()).forEach(gpu ->
                names.computeIfAbsent(gpu.reason(), _ -> new ArrayList<>()).add(gpu.gpu()));
        return names.entrySet().stream().map(one -> String.join(", ", one.getValue()) + ": " + one.getKey()).toList();
    }

    static String rate(double images) {
        return Units.fixed(images, images < 100 ? 1 : 0);
    }

    static String gibi(long bytes) {
        return Units.fixed(bytes / GIBI, bytes < 10 * GIBI ? 2 : 1);
    }
}
