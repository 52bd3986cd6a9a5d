package io.yolofit.app.report;

import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.Units;
import io.yolofit.app.report.GpuPlans.GpuPlan;
import java.util.ArrayList;
import java.util.List;

/// One line per GPU.
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
        plans.gpus().stream().filter(gpu -> !gpu.fits()).forEach(gpu -> lines.add(gpu.gpu() + ": " + gpu.reason()));
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

    static String rate(double images) {
        return Units.fixed(images, images < 100 ? 1 : 0);
    }

    static String gibi(long bytes) {
        return Units.fixed(bytes / GIBI, bytes < 10 * GIBI ? 2 : 1);
    }
}
