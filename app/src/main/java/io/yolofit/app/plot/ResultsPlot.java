package io.yolofit.app.plot;

import io.yolofit.api.run.ResultsRow;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.train.program.LossItems;
import java.awt.Graphics2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/// `results.png`: training and validation losses and the four metrics over the epochs.
///
/// Five columns, two rows. In a long run, the thin line is the measured value and the thick one its moving average.
public final class ResultsPlot {
    private static final int COLUMNS = 5;
    private static final int CELL_WIDTH = 300;
    private static final int CELL_HEIGHT = 250;
    private static final int CAPTION_HEIGHT = 22;
    private static final int FEWEST_SMOOTHED = 20;
    private static final double MARGIN = 0.04;
    /// No axis has more ticks.
    private static final int DENSEST_TICKS = 10;
    private static final int FEWEST_DECIMALS = 4;
    private static final int MOST_DECIMALS = 15;
    /// Values that differ by less, relative to themselves, are equal.
    private static final double ROUNDING = 1e-9;
    /// Small values with more decimals have an exponent.
    private static final int MOST_ZEROS = 7;
    /// Standard deviation of the Gaussian moving average, epochs.
    private static final double SMOOTHING = 2;

    /// One chart of the grid.
    ///
    /// @param range of the y axis, of the values
    private record Cell(String title, ToDoubleFunction<ResultsRow> value, Function<double[], Range> range) {}

    /// What a y axis covers.
    record Range(double low, double high) {
        /// The values with a margin; a single value is centered.
        static Range ofLosses(double[] values) {
            double low = DoubleStream.of(values).min().orElse(0);
            double high = DoubleStream.of(values).max().orElse(1);
            boolean distinct = high - low > ROUNDING * Math.max(Math.abs(low), Math.abs(high));
            double margin = distinct ? MARGIN * (high - low) : Math.max(Math.abs(low), 1) * MARGIN;
            return new Range(low - margin, high + margin);
        }

        /// From 0 to the highest value with a margin; from 0 to 1 where all values are equal.
        static Range ofShares(double[] values) {
            double low = DoubleStream.of(values).min().orElse(0);
            double high = DoubleStream.of(values).max().orElse(0);
            return new Range(0, high > low ? (1 + MARGIN) * high : 1);
        }

        /// The format of tick labels, with as many digits as distinguish neighbors; with an exponent if all values are
        /// small.
        String pattern() {
            double largest = Math.max(Math.abs(low), Math.abs(high));
            int decimals = (int) Math.ceil(-Math.log10((high - low) / DENSEST_TICKS));
            if (largest < 1 && decimals > MOST_ZEROS) {
                return "0." + "#".repeat(Math.max(1, decimals + (int) Math.floor(Math.log10(largest)))) + "E0";
            }
            return "0." + "#".repeat(Math.clamp(decimals, FEWEST_DECIMALS, MOST_DECIMALS));
        }
    }

    private static final List<Cell> CELLS = Stream.of(losses("train", ResultsRow::train),
            Stream.of(share("metrics/precision(B)", row -> row.metrics().precision()),
                    share("metrics/recall(B)", row -> row.metrics().recall())),
            losses("val", ResultsRow::val),
            Stream.of(share("metrics/mAP50(B)", row -> row.metrics().map50()),
                    share("metrics/mAP50-95(B)", row -> row.metrics().map50To95())))
            .flatMap(cells -> cells).toList();

    private ResultsPlot() {}

    private static Stream<Cell> losses(String split, Function<ResultsRow, LossItems> items) {
        return Arrays.stream(LossTerm.values()).map(term -> new Cell(split + "/" + term.word() + "_loss",
                row -> items.apply(row).get(term), Range::ofLosses));
    }

    private static Cell share(String title, ToDoubleFunction<ResultsRow> value) {
        return new Cell(title, value, Range::ofShares);
    }

    /// Draws the rows of a `results.csv`.
    ///
    /// @param rows at least one; values that are not finite are omitted
    public static void write(Path file, List<ResultsRow> rows) throws IOException {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("no epoch to draw in " + file);
        }
        int lines = CELLS.size() / COLUMNS;
        Drawing.write(Drawing.draw(COLUMNS * CELL_WIDTH, lines * CELL_HEIGHT + CAPTION_HEIGHT,
                canvas -> paint(canvas, rows)), file);
    }

    private static void paint(Graphics2D canvas, List<ResultsRow> rows) {
        for (int at = 0; at < CELLS.size(); at++) {
            Graphics2D cell = (Graphics2D) canvas.create(
                    at % COLUMNS * CELL_WIDTH, at / COLUMNS * CELL_HEIGHT, CELL_WIDTH, CELL_HEIGHT);
            chart(CELLS.get(at), rows).paint(cell, CELL_WIDTH, CELL_HEIGHT);
            cell.dispose();
        }
        String caption = rows.size() < FEWEST_SMOOTHED
                ? "one value per epoch" : "thin: one value per epoch; thick: moving average";
        canvas.setColor(Palette.FAINT_TEXT);
        Drawing.centered(canvas, caption, COLUMNS * CELL_WIDTH / 2.0,
                CELLS.size() / COLUMNS * CELL_HEIGHT + CAPTION_HEIGHT / 2.0 - 2);
    }

    private static XYChart chart(Cell cell, List<ResultsRow> rows) {
        List<ResultsRow> finite = rows.stream()
                .filter(row -> Double.isFinite(cell.value().applyAsDouble(row))).toList();
        double[] epochs = finite.stream().mapToDouble(ResultsRow::epoch).toArray();
        double[] values = finite.stream().mapToDouble(cell.value()).toArray();
        double first = rows.getFirst().epoch();
        double last = Math.max(rows.getLast().epoch(), first + 1);
        XYChart chart = Charts.lines(CELL_WIDTH, CELL_HEIGHT, cell.title(), "epoch", "", first, last);
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setXAxisDecimalPattern("0");
        Range range = cell.range().apply(values);
        chart.getStyler().setYAxisDecimalPattern(range.pattern());
        Charts.yAxis(chart, range.low(), range.high());
        if (values.length == 0) {
            return chart;
        }
        if (rows.size() < FEWEST_SMOOTHED) {
            Charts.dots(Charts.line(chart, "", epochs, values, Palette.STRONG, Charts.MIDDLE));
        } else {
            Charts.line(chart, "", epochs, values, Palette.FAINT, Charts.THIN);
            Charts.line(chart, "", epochs, Smoothing.gaussian(values, SMOOTHING), Palette.STRONG, Charts.THICK);
        }
        return chart;
    }
}
