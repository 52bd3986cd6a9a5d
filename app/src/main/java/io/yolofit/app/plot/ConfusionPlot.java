package io.yolofit.app.plot;

import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.style.HeatMapStyler;

/// `confusion_matrix.png`, and `confusion_matrix_normalized.png` with fractions instead of counts.
public final class ConfusionPlot {
    private static final int SMALLEST_MATRIX = 420;
    private static final int LARGEST_MATRIX = 840;
    private static final int GOOD_CELL = 70;
    private static final int SMALLEST_CELL_WITH_TEXT = 26;
    private static final int LONGEST_NAME = 120;
    private static final int AROUND_X = 130;
    private static final int AROUND_Y = 80;
    private static final int GAP = 8;
    private static final int LABEL_PITCH = 13;
    private static final int STEPS = 10;
    private static final double LIGHTEST = 0.06;
    private static final double ROUNDING = 1e-9;

    private final ConfusionMatrix matrix;
    private final boolean normalized;
    private final int size;
    private final double cell;
    private final Font nameFont;
    private final List<String> names;
    private final int longestName;

    private ConfusionPlot(ConfusionMatrix matrix, boolean normalized) {
        this.matrix = matrix;
        this.normalized = normalized;
        this.size = Math.clamp((long) GOOD_CELL * matrix.side(), SMALLEST_MATRIX, LARGEST_MATRIX);
        this.cell = size / (double) matrix.side();
        this.nameFont = Drawing.font(Font.PLAIN, cell < 20 ? 10 : 12);
        this.names = IntStream.range(0, matrix.side())
                .mapToObj(at -> Drawing.cut(nameFont, Drawing.drawable(matrix.name(at)), LONGEST_NAME)).toList();
        this.longestName = names.stream().mapToInt(name -> Drawing.width(nameFont, name)).max().orElseThrow();
    }

    /// @param normalized whether each column is divided by the number of objects of its true class
    public static void write(Path file, ConfusionMatrix matrix, boolean normalized) throws IOException {
        var plot = new ConfusionPlot(matrix, normalized);
        boolean across = plot.longestName < plot.cell - GAP;
        int width = plot.size + plot.longestName + AROUND_X;
        int height = plot.size + AROUND_Y + (across ? plot.nameFont.getSize() : plot.longestName);
        HeatMapChart chart = plot.chart(width, height, across);
        Drawing.write(Drawing.draw(width, height, canvas -> chart.paint(canvas, width, height)), file);
    }

    private HeatMapChart chart(int width, int height, boolean across) {
        HeatMapChart chart = Charts.heatMap(width, height,
                normalized ? "Confusion matrix, normalized" : "Confusion matrix", "true", "predicted");
        HeatMapStyler styler = chart.getStyler();
        styler.setAxisTickLabelsFont(nameFont);
        styler.setAxisTickLabelsColor(Palette.TEXT);
        styler.setXAxisTickMarkSpacingHint(LABEL_PITCH);
        styler.setXAxisLabelRotation(across ? 0 : 90);
        List<Number[]> cells = cells();
        chart.addSeries("counts", names, names.reversed(), cells);
        double largest = cells.stream().mapToDouble(one -> one[2].doubleValue()).max().orElseThrow();
        double step = normalized ? 1.0 / STEPS : Math.max(1, roundUp(largest / STEPS));
        int steps = normalized ? STEPS + 1 : Math.max(2, 1 + (int) (largest / step)); // the last one is a share of 1
        boolean withText = cell >= SMALLEST_CELL_WITH_TEXT && largest > 0;
        styler.setMin(0);
        styler.setMax(step * steps * (1 - ROUNDING)); // so that a value at the limit of two steps has the upper one
        styler.setPiecewise(true);
        styler.setSplitNumber(steps);
        styler.setRangeColors(Palette.scale(steps, LIGHTEST, withText ? Palette.DARKEST_UNDER_TEXT : 1));
        styler.setShowValue(withText);
        styler.setValueFont(Drawing.font(Font.PLAIN, valueSize(cells)));
        styler.setValueFontColor(Palette.TEXT);
        styler.setHeatMapValueDecimalPattern(normalized ? "0.00" : "0");
        String format = normalized ? "%.1f" : "%.0f";
        styler.setHeatMapDecimalValueFormatter(value -> String.format(Locale.ROOT, format, value));
        return chart;
    }

    /// Column, row from the bottom and value of each cell that is not zero; of the first cell, if all are zero.
    private List<Number[]> cells() {
        double[][] shares = matrix.shares();
        List<Number[]> cells = new ArrayList<>();
        for (int row = 0; row < matrix.side(); row++) {
            for (int column = 0; column < matrix.side(); column++) {
                long count = matrix.counts()[row][column];
                if (count > 0) {
                    cells.add(new Number[] {column, matrix.side() - 1 - row,
                            normalized ? shares[row][column] : Long.valueOf(count)});
                }
            }
        }
        return cells.isEmpty() ? List.<Number[]>of(new Number[] {0, 0, 0}) : cells;
    }

    /// The smallest 1, 2 or 5 times a power of ten that is at least the argument.
    static double roundUp(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        return DoubleStream.of(1, 2, 5, 10).map(times -> times * power).filter(round -> round >= least * (1 - 1e-9))
                .findFirst().orElseThrow();
    }

    /// The largest font size, up to 14, in which every value fits its cell.
    private int valueSize(List<Number[]> cells) {
        String widest = normalized ? "0.00" : cells.stream().map(one -> one[2].toString())
                .max((a, b) -> Integer.compare(a.length(), b.length())).orElseThrow();
        int size = 14;
        while (size > 6 && Drawing.width(Drawing.font(Font.PLAIN, size), widest) > cell - 6) {
            size--;
        }
        return size;
    }
}
