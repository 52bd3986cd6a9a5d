package io.yolofit.app.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Stroke;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/// A line chart with two axes, a grid and a legend.
final class LineChart {
    private static final float THICK = 2.4f;
    private static final float MIDDLE = 1.6f;
    private static final float THIN = 1.1f;
    private static final int LONGEST_LABEL = 200;
    private static final int TOP = 36;
    private static final int BOTTOM = 46;
    private static final int RIGHT = 16;
    private static final int LEGEND_PITCH = 19;
    private static final int LEGEND_LINE = 22;
    private static final int LEGEND_GAP = 8;
    private static final Font TICK_FONT = Drawing.font(Font.PLAIN, 11);
    private static final Font LABEL_FONT = Drawing.font(Font.PLAIN, 12);

    private final int width;
    private final int height;
    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final Axis xAxis;
    private final Axis yAxis;
    private final List<Series> lines = new ArrayList<>();

    /// @param dots whether every point is marked
    private record Series(String label, double[] x, double[] y, Color color, float thickness, boolean dots) {}

    LineChart(int width, int height, String title, String xTitle, String yTitle, Axis xAxis, Axis yAxis) {
        this.width = width;
        this.height = height;
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
        this.xAxis = xAxis;
        this.yAxis = yAxis;
    }

    /// @param label in the legend; a long one is shortened in the middle, an empty one is not listed
    void thick(String label, double[] x, double[] y, Color color) {
        add(new Series(label, x, y, color, THICK, false));
    }

    void thin(String label, double[] x, double[] y, Color color) {
        add(new Series(label, x, y, color, THIN, false));
    }

    /// A line with a dot at every point, so that a single point is visible too.
    void dotted(String label, double[] x, double[] y, Color color) {
        add(new Series(label, x, y, color, MIDDLE, true));
    }

    private void add(Series line) {
        String label = Drawing.cut(LABEL_FONT, Drawing.drawable(line.label()), LONGEST_LABEL);
        lines.add(new Series(label, line.x(), line.y(), line.color(), line.thickness(), line.dots()));
    }

    void paint(Graphics2D canvas) {
        List<Series> named = lines.stream().filter(line -> !line.label().isEmpty()).toList();
        int legend = named.isEmpty() ? 0 : LEGEND_GAP * 2 + LEGEND_LINE
                + named.stream().mapToInt(line -> Drawing.width(LABEL_FONT, line.label())).max().orElse(0);
        int left = (yTitle.isEmpty() ? 18 : 40)
                + yAxis.ticks().stream().mapToInt(tick -> Drawing.width(TICK_FONT, yAxis.text(tick))).max().orElse(0);
        var area = new Rectangle2D.Double(left, TOP, width - left - RIGHT - legend, height - TOP - BOTTOM);
        titles(canvas, area);
        grid(canvas, area);
        Graphics2D inside = (Graphics2D) canvas.create();
        inside.clip(new Rectangle2D.Double(area.x - 2, area.y - 2, area.width + 4, area.height + 4));
        lines.forEach(line -> paint(inside, area, line));
        inside.dispose();
        legend(canvas, area, named);
    }

    private void titles(Graphics2D canvas, Rectangle2D.Double area) {
        canvas.setColor(Palette.TEXT);
        canvas.setFont(Drawing.font(Font.BOLD, 14));
        Drawing.centered(canvas, title, area.getCenterX(), TOP / 2.0);
        canvas.setFont(LABEL_FONT);
        Drawing.centered(canvas, xTitle, area.getCenterX(), height - 13);
        if (!yTitle.isEmpty()) {
            Drawing.upwards(canvas, yTitle, 14, area.getCenterY());
        }
    }

    private void grid(Graphics2D canvas, Rectangle2D.Double area) {
        canvas.setFont(TICK_FONT);
        canvas.setStroke(new BasicStroke(0.8f));
        for (double tick : xAxis.ticks()) {
            double x = area.x + xAxis.share(tick) * area.width;
            canvas.setColor(Palette.GRID);
            canvas.draw(new Line2D.Double(x, area.y, x, area.getMaxY()));
            canvas.setColor(Palette.FAINT_TEXT);
            Drawing.centered(canvas, xAxis.text(tick), x, area.getMaxY() + 11);
        }
        for (double tick : yAxis.ticks()) {
            double y = area.getMaxY() - yAxis.share(tick) * area.height;
            canvas.setColor(Palette.GRID);
            canvas.draw(new Line2D.Double(area.x, y, area.getMaxX(), y));
            canvas.setColor(Palette.FAINT_TEXT);
            Drawing.endingAt(canvas, yAxis.text(tick), area.x - 6, y);
        }
        canvas.setColor(Palette.FRAME);
        canvas.draw(area);
    }

    private void paint(Graphics2D canvas, Rectangle2D.Double area, Series line) {
        var path = new Path2D.Double();
        canvas.setColor(line.color());
        for (int at = 0; at < line.x().length; at++) {
            double x = area.x + xAxis.share(line.x()[at]) * area.width;
            double y = area.getMaxY() - yAxis.share(line.y()[at]) * area.height;
            if (at == 0) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
            if (line.dots()) {
                canvas.fill(new Ellipse2D.Double(x - 2.5, y - 2.5, 5, 5));
            }
        }
        canvas.setStroke(stroke(line));
        canvas.draw(path);
    }

    private static Stroke stroke(Series line) {
        return new BasicStroke(line.thickness(), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    private static void legend(Graphics2D canvas, Rectangle2D.Double area, List<Series> named) {
        canvas.setFont(LABEL_FONT);
        double x = area.getMaxX() + LEGEND_GAP + 4;
        for (int at = 0; at < named.size(); at++) {
            Series line = named.get(at);
            double y = area.y + 8 + at * LEGEND_PITCH;
            canvas.setColor(line.color());
            canvas.setStroke(stroke(line));
            canvas.draw(new Line2D.Double(x, y, x + LEGEND_LINE, y));
            canvas.setColor(Palette.TEXT);
            canvas.drawString(line.label(), (float) (x + LEGEND_LINE + LEGEND_GAP), (float) y + 4);
        }
    }
}
