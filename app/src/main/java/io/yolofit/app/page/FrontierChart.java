package io.yolofit.app.page;

import static io.yolofit.app.page.PageTemplate.escaped;
import static io.yolofit.app.page.PageTemplate.number;

import io.yolofit.app.console.Units;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.RunPlan;
import io.yolofit.train.plan.RunSpec;
import io.yolofit.train.plan.search.RecomputeCurve;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Memory of the process against the time of a step, for different amounts of recomputation.
final class FrontierChart {
    private static final double[] SHARES = {.2, .4, .6, .8, .9};
    private static final double GIBI = 1 << 30;
    private static final double HEADROOM = 1.12;
    private static final double LEAST_SLOWDOWN = .02;

    /// @param memory of the process, bytes
    /// @param slower added time as a share of the fastest step
    record Point(String amount, double memory, double slower, boolean chosen) {
    }

    private final List<Point> points = new ArrayList<>();
    private final double top;
    private final double right;

    private FrontierChart(RunPlan plan) {
        RunSpec spec = (RunSpec) plan.spec();
        Recompute.Amount chosen = spec.compile().recompute();
        Set<Recompute.Amount> amounts = new LinkedHashSet<>(List.of(Recompute.Policy.OFF));
        for (double share : SHARES) {
            amounts.add(new Recompute.Share(share));
        }
        amounts.addAll(List.of(Recompute.Policy.DEFAULT, Recompute.Policy.MAX));
        amounts.add(chosen);
        RecomputeCurve curve = RecomputeCurve.of(spec, plan.target(), List.copyOf(amounts));
        RecomputeCurve.Point now = curve.points().stream().filter(point -> point.amount().equals(chosen)).findFirst()
                .orElseThrow();
        double fastest = plan.times().orElseThrow().step() - now.seconds();
        for (RecomputeCurve.Point point : curve.points()) {
            points.add(new Point(text(point.amount()), plan.memory().total() + now.saved() - point.saved(),
                    point.seconds() / fastest, point == now));
        }
        top = HEADROOM * points.stream().mapToDouble(Point::memory).max().orElseThrow();
        right = HEADROOM * Math.max(LEAST_SLOWDOWN, points.stream().mapToDouble(Point::slower).max().orElseThrow());
    }

    static FrontierChart of(RunPlan plan) {
        return new FrontierChart(plan);
    }

    private static String text(Recompute.Amount amount) {
        return switch (amount) {
            case Recompute.Policy.OFF -> "recompute=off";
            case Recompute.Policy.DEFAULT -> "recompute=default";
            case Recompute.Policy.MAX -> "recompute=max";
            case Recompute.Share(double saved) -> "recompute=" + saved;
        };
    }

    List<Point> points() {
        return points;
    }

    /// Percent of the width from the left.
    double x(Point point) {
        return width(point.slower);
    }

    /// Percent of the height from the top.
    double y(Point point) {
        return height(point.memory / GIBI);
    }

    /// Position of an added time, as a share of the fastest step: percent of the width from the left.
    double width(double slower) {
        return 100 * (.03 + .97 * slower / right);
    }

    /// Position of a memory size, GiB: percent of the height from the top.
    double height(double gibibytes) {
        return 100 * (1 - gibibytes * GIBI / top);
    }

    /// Values of the memory axis, GiB.
    List<Double> memoryTicks() {
        double tick = PageTemplate.tick(top / GIBI, 5);
        return Stream.iterate(tick, value -> value * GIBI < top, value -> value + tick).toList();
    }

    /// Values of the time axis, as shares of the fastest step.
    List<Double> timeTicks() {
        double tick = PageTemplate.tick(right, 5);
        return Stream.iterate(0.0, value -> value < right, value -> value + tick).toList();
    }

    String svg() {
        var line = new StringBuilder();
        points.forEach(point -> line.append(line.isEmpty() ? "M" : "L").append(number(10 * x(point))).append(' ')
                .append(number(10 * y(point))));
        return "<svg viewBox='0 0 1000 1000' preserveAspectRatio='none' aria-hidden='true'><path class='curve' d='"
                + line + "'/></svg>";
    }

    /// GiB of a tick.
    String memoryLabel(double value) {
        return PageTemplate.label(value, PageTemplate.tick(top / GIBI, 5));
    }

    /// Additional time of a tick.
    String timeLabel(double value) {
        return "+" + PageTemplate.label(100 * value, 100 * PageTemplate.tick(right, 5)) + " %";
    }

    /// Points and labels, as HTML over the chart.
    String labels() {
        var html = new StringBuilder();
        for (double value : memoryTicks()) {
            html.append("<div class='tick' style='top:").append(number(height(value)))
                    .append("%'><span>").append(memoryLabel(value)).append("</span></div>");
        }
        for (double value : timeTicks()) {
            html.append("<div class='tock' style='left:").append(number(width(value)))
                    .append("%'>").append(timeLabel(value)).append("</div>");
        }
        for (Point point : points) {
            String tip = point.amount + "\n" + Units.bytes(Math.round(point.memory)) + "\n+"
                    + Units.percent(point.slower) + " time per step";
            html.append("<div tabindex='0' class='dot").append(point.chosen ? " chosen" : "").append("' style='left:")
                    .append(number(x(point))).append("%;top:").append(number(y(point))).append("%' data-tip=\"")
                    .append(escaped(tip)).append("\">");
            if (point.chosen) {
                html.append("<span>this run</span>");
            }
            html.append("</div>");
        }
        return html.toString();
    }
}
