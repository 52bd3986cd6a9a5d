package io.yolofit.app.page;

import static io.yolofit.app.page.PageTemplate.escaped;
import static io.yolofit.app.page.PageTemplate.number;

import io.yolofit.app.console.Units;
import io.yolofit.app.report.GpuPlans.GpuPlan;
import io.yolofit.app.report.GpuPlans;
import io.yolofit.app.report.LoadingReport;
import io.yolofit.app.report.LoadingText;
import io.yolofit.app.report.PlanReport;
import java.util.List;

/// The tables of the page.
final class PageTables {
    private static final int MINUTES = 60;

    private PageTables() {}

    /// A figure with its unit and what it is.
    static String tile(String value, String unit, String title) {
        return "<div class='figure'><b>" + escaped(value) + "<small>" + escaped(unit) + "</small></b><span>"
                + escaped(title) + "</span></div>";
    }

    static String choices(List<String> chosen) {
        var html = new StringBuilder();
        chosen.forEach(choice -> html.append("<li>").append(escaped(choice)).append("</li>"));
        return html.isEmpty() ? "" : "<ul class='choices'>" + html + "</ul>";
    }

    static String alternatives(List<PlanReport.AlternativeRun> runs) {
        var html = new StringBuilder();
        for (PlanReport.AlternativeRun run : runs) {
            html.append("<li><button class='command' title='copy'><code>").append(escaped(run.command()))
                    .append("</code></button><p>").append(escaped(Units.bytes(run.memory())))
                    .append(run.fits() ? "" : " <em>does not fit</em>").append(" · ~")
                    .append(escaped(Units.rate(run.imagesPerSecond(), "img")))
                    .append(run.hours() == null ? "" : " · ~" + time(run.hours())).append(" · ")
                    .append(escaped(run.effect())).append("</p></li>");
        }
        return html.isEmpty() ? "" : "<section><h2>Alternatives</h2><p class='note'>Estimated. A click copies the "
                + "command.</p><ul class='runs'>" + html + "</ul></section>";
    }

    /// The measured rates of the loader, the verdict, and the setting that helps.
    static String loading(LoadingReport loading) {
        double most = loading.measured().stream().mapToDouble(LoadingReport.Measured::cached).max().orElse(1);
        var html = new StringBuilder("<section><h2>Data loading</h2><p class='note'>")
                .append(escaped(LoadingText.verdict(loading))).append(". ")
                .append(LoadingText.advice(loading).map(advice -> escaped(advice) + ".").orElse(""))
                .append("</p><div class='scroll'><table><thead><tr><th>workers</th><th class='n'>decoding, img/s</th>"
                + "<th class='n'>from a cache, img/s</th></tr></thead><tbody>");
        for (LoadingReport.Measured row : loading.measured()) {
            html.append("<tr><td>").append(row.workers()).append("</td><td class='n'>")
                    .append(meter(row.decoding() / most, "speed")).append(Units.fixed(row.decoding(), 0))
                    .append("</td><td class='n'>").append(meter(row.cached() / most, "speed"))
                    .append(Units.fixed(row.cached(), 0)).append("</td></tr>");
        }
        return html.append("</tbody></table></div><p class='note' style='margin: 12px 0 0'>")
                .append(escaped(LoadingText.measurement(loading.machine()))).append(".</p></section>").toString();
    }

    static String gpus(GpuPlans plans) {
        double fastest = plans.gpus().stream().filter(GpuPlan::fits).mapToDouble(GpuPlan::imagesPerSecond).max()
                .orElse(1);
        var html = new StringBuilder("<section><h2>GPUs</h2><p class='note'>" + escaped(plans.run()) + ". For each GPU "
                + "the fastest run that fits. Only the rates of the H200 were measured; ~ marks estimates from data "
                + "sheets. Data loading is not included.</p><div class='scroll'><table><thead><tr><th>GPU</th>"
                + "<th class='n'>GiB</th><th class='n'>batch</th><th>amp</th><th>recompute</th>"
                + "<th class='n'>GiB used</th><th class='n'>img/s</th><th class='n'>hours</th></tr></thead><tbody>");
        for (GpuPlan gpu : plans.gpus()) {
            String about = gpu.measured() ? "" : "~";
            html.append("<tr").append(gpu.fits() ? "" : " class='no'").append("><td>").append(escaped(gpu.title()))
                    .append("</td><td class='n'>").append(gibi(gpu.memory())).append("</td>");
            if (gpu.fits()) {
                html.append("<td class='n'>").append(gpu.batch()).append("<small> x ").append(gpu.accumulate())
                        .append("</small></td><td>").append(gpu.precision())
                        .append("</td><td>").append(escaped(gpu.recompute())).append("</td><td class='n'>")
                        .append(meter(gpu.process() / (double) gpu.usable(), "used")).append(gibi(gpu.process()))
                        .append("</td><td class='n'>").append(meter(gpu.imagesPerSecond() / fastest, "speed"))
                        .append(about).append(Units.fixed(gpu.imagesPerSecond(), gpu.imagesPerSecond() < 100 ? 1 : 0))
                        .append("</td><td class='n'>").append(gpu.hours() == null ? "–"
                                : about + Units.fixed(gpu.hours(), gpu.hours() < 1 ? 2 : 1)).append("</td></tr>");
            } else {
                html.append("<td colspan='6'>").append(escaped(gpu.reason())).append("</td></tr>");
            }
        }
        return html.append("</tbody></table></div></section>").toString();
    }

    private static String time(double hours) {
        return hours < 1 ? Units.fixed(MINUTES * hours, 1) + " min" : Units.fixed(hours, 1) + " h";
    }

    private static String meter(double share, String kind) {
        return "<i class='meter " + kind + "' style='width:" + number(100 * Math.clamp(share, 0, 1)) + "%'></i>";
    }

    private static String gibi(long bytes) {
        return Units.fixed(bytes / (double) (1 << 30), bytes < 10L << 30 ? 2 : 1);
    }
}
