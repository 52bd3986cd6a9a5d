package io.yolofit.app.page;

import static io.yolofit.app.page.PageTemplate.escaped;
import static io.yolofit.app.page.PageTemplate.number;

import io.yolofit.app.console.Units;
import io.yolofit.train.plan.RunPlan;

/// The frontier of memory against time as a picture of its own, for the folder of a run: what each amount of
/// recomputation saves and costs.
public final class FrontierSvg {
    private static final int LEFT = 80;
    private static final int TOP = 60;
    private static final int WIDTH = 880;
    private static final int HEIGHT = 340;
    /// Labels near the right border end at their points.
    private static final double RIGHT = 70;
    private static final String STYLE = """
            <style>text{font:12px system-ui,'DejaVu Sans',sans-serif;fill:#5b6472}.title{font-size:17px;fill:#14181f;\
            font-weight:600}.curve{fill:none;stroke:#5c7cfa;stroke-width:2;vector-effect:non-scaling-stroke}\
            .grid{stroke:#e3e6ea}.dot{fill:#fff;stroke:#5c7cfa;stroke-width:2}.chosen{fill:#f0476c;stroke:#f0476c}\
            .name{fill:#14181f}.end{text-anchor:end}.middle{text-anchor:middle}</style>""";

    private FrontierSvg() {}

    /// @param title of the picture
    /// @param plan  of a training run
    public static String of(String title, RunPlan plan) {
        FrontierChart chart = FrontierChart.of(plan);
        var svg = new StringBuilder("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " + (LEFT + WIDTH + 40) + " "
                + (TOP + HEIGHT + 60) + "'>" + STYLE + "<rect width='100%' height='100%' fill='#fff'/>");
        text(svg, 16, 28, "title", title + ": memory of the process against time per step");
        for (double value : chart.memoryTicks()) {
            double y = TOP + HEIGHT * chart.height(value) / 100;
            svg.append("<line class='grid' x1='").append(LEFT).append("' x2='").append(LEFT + WIDTH).append("' y1='")
                    .append(number(y)).append("' y2='").append(number(y)).append("'/>");
            text(svg, LEFT - 8, y + 4, "end", chart.memoryLabel(value) + " GiB");
        }
        for (double value : chart.timeTicks()) {
            text(svg, LEFT + WIDTH * chart.width(value) / 100, TOP + HEIGHT + 20, "middle", chart.timeLabel(value));
        }
        text(svg, LEFT + WIDTH / 2.0, TOP + HEIGHT + 44, "middle", "time per step, predicted");
        svg.append(chart.svg().replaceFirst("<svg ", "<svg x='" + LEFT + "' y='" + TOP + "' width='" + WIDTH
                + "' height='" + HEIGHT + "' "));
        chart.points().forEach(point -> point(svg, chart, point));
        return svg.append("</svg>\n").toString();
    }

    private static void point(StringBuilder svg, FrontierChart chart, FrontierChart.Point point) {
        double x = LEFT + WIDTH * chart.x(point) / 100;
        double y = TOP + HEIGHT * chart.y(point) / 100;
        svg.append("<circle class='dot").append(point.chosen() ? " chosen" : "").append("' cx='").append(number(x))
                .append("' cy='").append(number(y)).append("' r='5'><title>").append(escaped(point.amount() + ", "
                        + Units.bytes(Math.round(point.memory())) + ", +" + Units.percent(point.slower())
                        + " time per step")).append("</title></circle>");
        boolean left = chart.x(point) > RIGHT;
        text(svg, x + (left ? -10 : 10), y - 9, left ? "name end" : "name", point.amount()
                + (point.chosen() ? " (this run)" : ""));
    }

    private static void text(StringBuilder svg, double x, double y, String kind, String words) {
        svg.append("<text class='").append(kind).append("' x='").append(number(x)).append("' y='").append(number(y))
                .append("'>").append(escaped(words)).append("</text>");
    }
}
