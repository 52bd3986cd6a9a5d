package io.yolofit.app.page;

import static io.yolofit.app.page.PageTemplate.escaped;
import static io.yolofit.app.page.PageTemplate.number;

import io.yolofit.app.console.Units;
import io.yolofit.graph.Role;
import io.yolofit.train.plan.MemoryTimeline;
import io.yolofit.train.plan.RunPlan;
import java.util.List;
import java.util.Map;

/// Memory over a step as a picture of its own, for the folder of a run.
public final class MemorySvg {
    private static final int LEFT = 68;
    private static final int TOP = 70;
    private static final int WIDTH = 900;
    private static final int HEIGHT = 340;
    private static final int KEY_WIDTH = 150;
    private static final int KEYS_IN_ROW = 6;
    /// Phases below this share of the step have no label.
    private static final double LABELED = .04;
    private static final String STYLE = """
            <style>text{font:12px system-ui,'DejaVu Sans',sans-serif;fill:#5b6472}.title{font-size:17px;fill:#14181f;\
            font-weight:600}.parameter{fill:#364fc7}.optimizer{fill:#5c7cfa}.ema{fill:#91a7ff}.statistic{fill:#bac8ff}\
            .gradient{fill:#9c36b5}.input{fill:#868e96}.target{fill:#adb5bd}.activation{fill:#12b886}\
            .activation-gradient{fill:#fd9a3e}.workspace{fill:#f0476c}.arena{stroke:#14181f;stroke-dasharray:5 5;\
            opacity:.55;vector-effect:non-scaling-stroke}.bound{stroke:#5b6472}</style>""";

    private MemorySvg() {}

    /// @param title of the picture
    /// @param plan  of a training run
    public static String of(String title, RunPlan plan) {
        MemoryTimeline timeline = MemoryTimeline.of(plan);
        var chart = new MemoryChart(timeline);
        var svg = new StringBuilder("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 " + (LEFT + WIDTH + 20) + " "
                + (TOP + HEIGHT + 80) + "'>" + STYLE + "<rect width='100%' height='100%' fill='#fff'/>");
        text(svg, LEFT, 28, "title", title + ": memory over a step, peak "
                + Units.bytes(timeline.bytes(timeline.peak())) + " of an arena of " + Units.bytes(timeline.arena()));
        svg.append(chart.svg().replaceFirst("<svg ", "<svg x='" + LEFT + "' y='" + TOP + "' width='" + WIDTH
                + "' height='" + HEIGHT + "' "));
        double from = 0;
        for (Map.Entry<String, Double> phase : chart.phases().entrySet()) {
            String x = number(LEFT + WIDTH * from);
            svg.append("<line class='bound' x1='").append(x).append("' x2='").append(x).append("' y1='")
                    .append(TOP - 16).append("' y2='").append(TOP + HEIGHT).append("'/>");
            if (phase.getValue() - from > LABELED) {
                text(svg, LEFT + WIDTH * from + 5, TOP - 6, "", phase.getKey());
            }
            from = phase.getValue();
        }
        for (double value : chart.ticks()) {
            text(svg, 8, TOP + HEIGHT * chart.height(value) + 4, "", chart.label(value) + " GiB");
        }
        List<Role> roles = MemoryChart.ORDER;
        for (int i = 0; i < roles.size(); i++) {
            int x = LEFT + i % KEYS_IN_ROW * KEY_WIDTH;
            int y = TOP + HEIGHT + 28 + i / KEYS_IN_ROW * 22;
            svg.append("<rect class='").append(MemoryChart.roleClass(roles.get(i))).append("' x='").append(x)
                    .append("' y='").append(y - 10).append("' width='11' height='11' rx='2'/>");
            text(svg, x + 17, y, "", roles.get(i).title());
        }
        return svg.append("</svg>\n").toString();
    }

    private static void text(StringBuilder svg, double x, double y, String kind, String words) {
        svg.append("<text class='").append(kind).append("' x='").append(number(x)).append("' y='").append(number(y))
                .append("'>").append(escaped(words)).append("</text>");
    }
}
