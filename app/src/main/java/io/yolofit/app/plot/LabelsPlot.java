package io.yolofit.app.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.HeatMapStyler;

/// `labels.png`: the number of boxes per class, and the distributions of box centers and sizes.
public final class LabelsPlot {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 480;
    private static final int MARGIN = 8;
    private static final int MOST_OUTLINES = 1000;
    private static final int OUTLINES_OF_LINES = 100;
    /// Rows and columns of the two-dimensional histograms.
    private static final int CELLS = 64;
    private static final int COLORS = 12;
    private static final double LIGHTEST = 0.2;
    private static final int MOST_COUNTS = 20;
    private static final int NAME_LENGTH = 74;
    private static final int PLOT_WIDTH = 400;
    private static final double WIDEST_BAR = 90;
    private static final double BAR = 0.76;

    private LabelsPlot() {}

    /// @param labels of at least one box
    public static void write(Path file, LabelSet labels) throws IOException {
        if (labels.boxes() == 0) {
            throw new IllegalArgumentException("no box to draw in " + file);
        }
        Drawing.write(Drawing.draw(2 * (WIDTH + MARGIN), 2 * (HEIGHT + MARGIN),
                canvas -> paint(canvas, labels)), file);
    }

    private static void paint(Graphics2D canvas, LabelSet labels) {
        bars(labels).paint(part(canvas, 0, 0), WIDTH, HEIGHT);
        outlines(labels).paint(part(canvas, 1, 0), WIDTH, HEIGHT);
        double[] fromBelow = Arrays.stream(labels.centerY()).map(y -> 1 - y).toArray();
        density("Box centers", "x, relative to the image", "y, relative to the image", labels.centerX(), fromBelow,
                true).paint(part(canvas, 0, 1), WIDTH, HEIGHT);
        density("Box sizes", "width, relative to the image", "height, relative to the image", labels.width(),
                labels.height(), false).paint(part(canvas, 1, 1), WIDTH, HEIGHT);
    }

    private static Graphics2D part(Graphics2D canvas, int column, int row) {
        return (Graphics2D) canvas.create(MARGIN / 2 + column * (WIDTH + MARGIN), MARGIN / 2 + row * (HEIGHT + MARGIN),
                WIDTH, HEIGHT);
    }

    /// One series per color: a series has one color, and the colors of classes repeat.
    private static CategoryChart bars(LabelSet labels) {
        CategoryChart chart = Charts.bars(WIDTH, HEIGHT, "Boxes per class");
        CategoryStyler styler = chart.getStyler();
        long[] counts = labels.perClass();
        double pitch = PLOT_WIDTH / (double) counts.length;
        Font font = Drawing.font(Font.PLAIN, pitch < 11 ? 9 : 11);
        List<String> full = labels.classes().stream().map(Drawing::drawable).toList();
        boolean across = full.stream().allMatch(name -> Drawing.width(font, name) < pitch - 4);
        List<String> names = across ? full
                : full.stream().map(name -> Drawing.cut(font, name, NAME_LENGTH)).toList();
        styler.setAxisTickLabelsFont(font);
        styler.setAxisTickLabelsColor(Palette.TEXT);
        styler.setXAxisLabelRotation(across ? 0 : 90);
        styler.setXAxisTickMarkSpacingHint(across ? 1 : font.getSize() + 1);
        styler.setAvailableSpaceFill(Math.min(BAR, WIDEST_BAR / pitch));
        styler.setLegendVisible(false);
        styler.setYAxisTicksVisible(counts.length > MOST_COUNTS);
        styler.setDecimalPattern("0");
        styler.setLabelsVisible(counts.length <= MOST_COUNTS);
        styler.setLabelsPosition(1.1);
        styler.setLabelsFont(Drawing.font(Font.PLAIN, counts.length <= 10 ? 12 : 9));
        styler.setLabelsFontColor(Palette.TEXT);
        styler.setYAxisMin(0.0);
        styler.setYAxisMax(Arrays.stream(counts).max().orElse(1) * 1.08);
        for (int color = 0; color < Math.min(Palette.COLORS, counts.length); color++) {
            var values = new ArrayList<Number>(counts.length);
            for (int at = 0; at < counts.length; at++) {
                values.add(at % Palette.COLORS == color ? (Number) counts[at] : null);
            }
            chart.addSeries(Integer.toString(color), names, values).setFillColor(Palette.series(color));
        }
        return chart;
    }

    /// At most 1,000 boxes, sampled evenly. A line has the boxes of one color among a hundred, and gaps between them:
    /// with one line for all boxes of a color, the last color would cover the others.
    private static XYChart outlines(LabelSet labels) {
        XYChart chart = Charts.lines(WIDTH, HEIGHT, "Boxes, centered", "width", "height", 0, 1);
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setPlotGridLinesVisible(false);
        chart.getStyler().setDecimalPattern("0.##");
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setYAxisMax(1.0);
        int shown = Math.min(labels.boxes(), MOST_OUTLINES);
        int[] boxes = IntStream.range(0, shown).map(at -> (int) ((long) at * labels.boxes() / shown)).toArray();
        for (int first = 0; first < shown; first += OUTLINES_OF_LINES) {
            int[] some = Arrays.copyOfRange(boxes, first, Math.min(first + OUTLINES_OF_LINES, shown));
            for (int color = 0; color < Palette.COLORS; color++) {
                outlines(chart, labels, color, some);
            }
        }
        return chart;
    }

    private static void outlines(XYChart chart, LabelSet labels, int color, int[] boxes) {
        int[] own = Arrays.stream(boxes).filter(box -> labels.classOf()[box] % Palette.COLORS == color).toArray();
        if (own.length > 0) {
            Color opaque = Palette.series(color);
            Charts.line(chart, "", corners(own, labels.width(), new int[] {-1, 1, 1, -1, -1, -1}),
                    gaps(corners(own, labels.height(), new int[] {-1, -1, 1, 1, -1, -1})),
                    new Color(opaque.getRed(), opaque.getGreen(), opaque.getBlue(), 110), new BasicStroke(0.7f));
        }
    }

    /// One coordinate of six points per box: its corners, the first of them again, and one more for the gap.
    private static double[] corners(int[] boxes, double[] sides, int[] signs) {
        return Arrays.stream(boxes).boxed().flatMapToDouble(box -> Arrays.stream(signs)
                .mapToDouble(sign -> 0.5 + sign * sides[box] / 2)).toArray();
    }

    private static double[] gaps(double[] corners) {
        for (int at = 5; at < corners.length; at += 6) {
            corners[at] = Double.NaN;
        }
        return corners;
    }

    /// A two-dimensional histogram of points with a logarithmic color scale.
    ///
    /// @param down whether the labels of y increase downwards, as in an image
    private static HeatMapChart density(String title, String xTitle, String yTitle, double[] xs, double[] ys,
            boolean down) {
        var counts = new long[CELLS][CELLS];
        for (int at = 0; at < xs.length; at++) {
            counts[cell(xs[at])][cell(ys[at])]++;
        }
        List<Number[]> cells = new ArrayList<>();
        for (int x = 0; x < CELLS; x++) {
            for (int y = 0; y < CELLS; y++) {
                if (counts[x][y] > 0) {
                    cells.add(new Number[] {x, y, Math.log1p(counts[x][y])});
                }
            }
        }
        HeatMapChart chart = Charts.heatMap(WIDTH, HEIGHT, title, xTitle, yTitle);
        HeatMapStyler styler = chart.getStyler();
        styler.setLegendVisible(false);
        styler.setXAxisTickMarkSpacingHint(1);
        styler.setMin(0);
        styler.setRangeColors(Palette.scale(COLORS, LIGHTEST, 1));
        List<String> ticks = IntStream.range(0, CELLS).mapToObj(LabelsPlot::tick).toList();
        chart.addSeries("counts", ticks, down ? ticks.reversed() : ticks, cells);
        return chart;
    }

    private static int cell(double relative) {
        return Math.clamp((long) (relative * CELLS), 0, CELLS - 1);
    }

    /// The axis is labeled at 0, 0.25, 0.5, 0.75 and 1.
    private static String tick(int cell) {
        int quarter = cell == CELLS - 1 ? 4 : cell * 4 % CELLS == 0 ? cell * 4 / CELLS : -1;
        return quarter < 0 ? "" : quarter % 4 == 0 ? Integer.toString(quarter / 4) : Double.toString(quarter / 4.0);
    }
}
