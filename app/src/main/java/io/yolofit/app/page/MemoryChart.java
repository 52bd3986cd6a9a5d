package io.yolofit.app.page;

import static io.yolofit.app.page.PageTemplate.escaped;
import static io.yolofit.app.page.PageTemplate.number;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.app.console.Units;
import io.yolofit.graph.Role;
import io.yolofit.train.plan.MemoryTimeline.Moment;
import io.yolofit.train.plan.MemoryTimeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Memory over the time of a step, stacked by role, with the phases of the step.
final class MemoryChart {
    private static final int SIZE = 1000;
    private static final int COLUMNS = 400;
    /// Share of the height above the arena's size.
    private static final double HEADROOM = .08;
    private static final double NARROW = .06;
    private static final int SHADES = 4;
    private static final Pattern LAYER = Pattern.compile("\\bmodel\\.(\\d{1,4})\\b");
    private static final double GIBI = 1 << 30;
    /// From the bottom of the stack to its top.
    static final List<Role> ORDER = List.of(Role.PARAMETER, Role.OPTIMIZER, Role.EMA, Role.STATISTIC, Role.GRADIENT,
            Role.INPUT, Role.TARGET, Role.ACTIVATION, Role.ACTIVATION_GRADIENT, Role.WORKSPACE);

    private final MemoryTimeline timeline;
    /// Start of each moment as a share of the step; one more for the end.
    private final double[] starts;
    private final int[] columns = new int[COLUMNS];
    private final double top;

    MemoryChart(MemoryTimeline timeline) {
        this.timeline = timeline;
        starts = starts(timeline);
        top = timeline.arena() * (1 + HEADROOM);
        int moment = 0;
        for (int column = 0; column < COLUMNS; column++) {
            double end = (column + 1.0) / COLUMNS;
            int most = moment;
            while (moment < timeline.moments().size() && starts[moment] < end) {
                most = timeline.bytes(moment) > timeline.bytes(most) ? moment : most;
                moment++;
            }
            columns[column] = most;
            moment = Math.max(0, moment - 1); // the last one continues in the next column
        }
    }

    /// Shares of the step's time at which its kernels start. Equal shares where no times are predicted.
    static double[] starts(MemoryTimeline timeline) {
        List<Moment> moments = timeline.moments();
        double total = moments.stream().mapToDouble(Moment::seconds).sum();
        double[] starts = new double[moments.size() + 1];
        for (int i = 0; i < moments.size(); i++) {
            starts[i + 1] = Math.min(1, starts[i] + (total > 0 ? moments.get(i).seconds() / total
                    : 1.0 / moments.size()));
        }
        return starts;
    }

    private long bytes(Role role, int column) {
        return timeline.persistent().getOrDefault(role, 0L) + (role == Role.INPUT ? timeline.staging() : 0)
                + timeline.moments().get(columns[column]).live().getOrDefault(role, 0L);
    }

    static String roleClass(Role role) {
        return role.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The class of a buffer: its role, and for activations a shade by the layer in its name.
    static String shaded(MemoryTimeline.Block block) {
        Matcher layer = LAYER.matcher(block.name());
        String kind = roleClass(block.role());
        return block.role() == Role.ACTIVATION && layer.find()
                ? kind + " shade" + Integer.parseInt(layer.group(1)) % SHADES : kind;
    }

    String svg() {
        var svg = new StringBuilder("<svg viewBox='0 0 1000 1000' preserveAspectRatio='none' aria-hidden='true'>");
        double[] below = new double[COLUMNS];
        for (Role role : ORDER) {
            double[] above = new double[COLUMNS];
            for (int column = 0; column < COLUMNS; column++) {
                above[column] = below[column] + bytes(role, column);
            }
            svg.append("<path class='").append(roleClass(role)).append("' d='").append(area(below, above))
                    .append("'/>");
            below = above;
        }
        return svg.append(line(timeline.arena(), "arena")).append("</svg>").toString();
    }

    private String line(double bytes, String kind) {
        String y = number(y(bytes));
        return "<line class='" + kind + "' x1='0' x2='1000' y1='" + y + "' y2='" + y + "'/>";
    }

    private double y(double bytes) {
        return SIZE * (1 - bytes / top);
    }

    private String area(double[] below, double[] above) {
        var path = new StringBuilder("M");
        double width = (double) SIZE / COLUMNS;
        for (int column = 0; column < COLUMNS; column++) {
            path.append(point(column * width, above[column])).append(point((column + 1) * width, above[column]));
        }
        for (int column = COLUMNS - 1; column >= 0; column--) {
            path.append(point((column + 1) * width, below[column])).append(point(column * width, below[column]));
        }
        return path.append('Z').toString();
    }

    private String point(double x, double bytes) {
        return number(x) + " " + number(y(bytes)) + " ";
    }

    /// Labels of the axes and of the phases, as HTML over the chart.
    String labels() {
        var html = new StringBuilder();
        for (double value : ticks()) {
            html.append("<div class='tick' style='top:").append(number(100 * height(value))).append("%'><span>")
                    .append(label(value)).append("</span></div>");
        }
        html.append("<div class='limit' style='top:").append(number(y(timeline.arena()) / 10)).append("%'>arena ")
                .append(Units.bytes(timeline.arena())).append("</div>");
        double from = 0;
        for (Map.Entry<String, Double> phase : phases().entrySet()) {
            double width = phase.getValue() - from;
            html.append("<div class='phase").append(width < NARROW ? " narrow" : "")
                    .append(phase.getValue() > 1 - NARROW / 2 ? " last" : "").append("' style='left:")
                    .append(number(100 * from)).append("%;width:").append(number(100 * width)).append("%'><span>")
                    .append(escaped(phase.getKey())).append("</span></div>");
            from = phase.getValue();
        }
        int peak = timeline.peak();
        double x = (starts[peak] + starts[peak + 1]) / 2;
        html.append("<div class='peak' style='left:").append(number(100 * x)).append("%;top:")
                .append(number(y(timeline.bytes(peak)) / 10)).append("%'><span class='")
                .append(x > .6 ? "before" : "after").append("'>peak ").append(Units.bytes(timeline.bytes(peak)))
                .append("</span></div>");
        return html.toString();
    }

    /// Values of the axis, GiB.
    /// GiB of a tick.
    String label(double value) {
        return PageTemplate.label(value, PageTemplate.tick(top / GIBI, 5));
    }

    List<Double> ticks() {
        double tick = PageTemplate.tick(top / GIBI, 5);
        return Stream.iterate(tick, value -> value * GIBI < top, value -> value + tick).toList();
    }

    /// Position of a value, GiB, as a share of the height from the top.
    double height(double value) {
        return y(value * GIBI) / SIZE;
    }

    /// Phases in order with their ends, as shares of the step.
    Map<String, Double> phases() {
        Map<String, Double> ends = new LinkedHashMap<>();
        for (int i = 0; i < timeline.moments().size(); i++) {
            ends.put(timeline.moments().get(i).phase(), starts[i + 1]);
        }
        return ends;
    }

    /// Keys of the roles that occur.
    String legend() {
        var html = new StringBuilder();
        for (Role role : ORDER.reversed()) {
            long most = 0;
            for (int column = 0; column < COLUMNS; column++) {
                most = Math.max(most, bytes(role, column));
            }
            if (most > 0) {
                html.append("<span class='key'><i class='").append(roleClass(role)).append("'></i>")
                        .append(role == Role.INPUT && timeline.staging() > 0 ? "input, next batch" : role.title())
                        .append("</span>");
            }
        }
        return html.toString();
    }

    /// What the script shows for a column: its kernel, phase, and bytes by role from the top of the stack.
    String data() {
        List<List<Object>> rows = new ArrayList<>();
        for (int column = 0; column < COLUMNS; column++) {
            Moment moment = timeline.moments().get(columns[column]);
            List<Long> bytes = new ArrayList<>();
            for (Role role : ORDER.reversed()) {
                bytes.add(bytes(role, column));
            }
            rows.add(List.of(moment.kernel(), moment.phase(), bytes));
        }
        List<String> roles = ORDER.reversed().stream().map(Role::title).toList();
        try {
            return new ObjectMapper().writeValueAsString(Map.of("roles", roles, "columns", rows, "classes",
                    ORDER.reversed().stream().map(MemoryChart::roleClass).toList())).replace("<", "\\u003c");
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("names and numbers convert to JSON", impossible);
        }
    }
}
