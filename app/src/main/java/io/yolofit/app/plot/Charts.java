package io.yolofit.app.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// XChart's charts in the fonts and colors of our plots.
final class Charts {
    static {
        Drawing.setHeadless(); // first, because the strokes below load AWT
    }

    static final BasicStroke THICK = stroke(2.4f);
    static final BasicStroke MIDDLE = stroke(1.6f);
    static final BasicStroke THIN = stroke(1.1f);
    private static final int LONGEST_LABEL = 200;
    private static final int LEGEND_LINE = 22;
    private static final int SPACE = 8;
    /// Half of the label of the last tick is beyond the plot.
    private static final int PADDING = 14;
    private static final int TICK_SPACE = 48;
    /// XChart omits ticks at the ends of an axis that fills the plot.
    private static final double LINE_CONTENT = 0.98;
    /// Distance of the first tick from the lowest value of an axis, as a fraction of the axis. Where all values are
    /// equally spaced, XChart would put ticks at every n-th value, for any n; a small distance gives round numbers.
    private static final double UNEVEN = 5e-4;

    private Charts() {}

    private static BasicStroke stroke(float width) {
        return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    /// A chart of lines over x from `low` to `high`.
    static XYChart lines(int width, int height, String title, String xTitle, String yTitle, double low, double high) {
        var chart = new XYChart(width, height);
        chart.setTitle(title);
        chart.setXAxisTitle(xTitle);
        chart.setYAxisTitle(yTitle);
        style(chart.getStyler());
        chart.getStyler().setPlotContentSize(LINE_CONTENT);
        chart.getStyler().setXAxisMin(low - UNEVEN * (high - low));
        chart.getStyler().setXAxisMax(high);
        return chart;
    }

    /// The y axis of a line chart from `low` to `high`, with ticks at round numbers like those of its x axis.
    static void yAxis(XYChart chart, double low, double high) {
        chart.getStyler().setYAxisMin(low - UNEVEN * (high - low));
        chart.getStyler().setYAxisMax(high);
    }

    /// A matrix of colors. Its legend has one color for each step.
    static HeatMapChart heatMap(int width, int height, String title, String xTitle, String yTitle) {
        var chart = new HeatMapChart(width, height, ChartTheme.XChart); // without one, no axes are drawn
        chart.setTitle(title);
        chart.setXAxisTitle(xTitle);
        chart.setYAxisTitle(yTitle);
        style(chart.getStyler());
        chart.getStyler().setPlotGridLinesVisible(false);
        chart.getStyler().setPiecewiseRanged(false);
        return chart;
    }

    static CategoryChart bars(int width, int height, String title) {
        var chart = new CategoryChart(width, height);
        chart.setTitle(title);
        style(chart.getStyler());
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
        chart.getStyler().setOverlapped(true);
        return chart;
    }

    /// Adds a line.
    ///
    /// @param label in the legend; a long one is shortened in the middle, an empty one is not listed
    /// @param y     NaN interrupts the line
    static XYSeries line(XYChart chart, String label, double[] x, double[] y, Color color, BasicStroke stroke) {
        XYSeries line = chart.addSeries(Integer.toString(chart.getSeriesCollection().size()), x, y);
        line.setLabel(Drawing.cut(chart.getStyler().getLegendFont(), Drawing.drawable(label), LONGEST_LABEL));
        line.setShowInLegend(!label.isEmpty());
        line.setLineColor(color);
        line.setLineStyle(stroke);
        line.setMarker(SeriesMarkers.NONE);
        return line;
    }

    /// Marks the points of a line, so that a single point is visible too.
    static void dots(XYSeries line) {
        line.setMarker(SeriesMarkers.CIRCLE);
        line.setMarkerColor(line.getLineColor());
    }

    private static void style(AxesChartStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartFontColor(Palette.TEXT);
        styler.setChartTitleFont(Drawing.font(Font.BOLD, 14));
        styler.setChartTitleBoxVisible(false);
        styler.setChartTitlePadding(SPACE);
        styler.setChartPadding(PADDING);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderColor(Palette.FRAME);
        styler.setPlotContentSize(1);
        styler.setPlotMargin(0);
        styler.setPlotGridLinesColor(Palette.GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(0.8f));
        styler.setAxisTitleFont(Drawing.font(Font.PLAIN, 12));
        styler.setAxisTitlePadding(SPACE);
        styler.setAxisTickLabelsFont(Drawing.font(Font.PLAIN, 11));
        styler.setAxisTickLabelsColor(Palette.FAINT_TEXT);
        styler.setAxisTicksMarksVisible(false);
        styler.setAxisTicksLineVisible(false);
        styler.setXAxisTickMarkSpacingHint(TICK_SPACE);
        styler.setYAxisTickMarkSpacingHint(TICK_SPACE);
        styler.setYAxisLabelAlignment(TextAlignment.Right);
        styler.setXAxisLabelAlignmentVertical(TextAlignment.Right);
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendFont(Drawing.font(Font.PLAIN, 12));
        styler.setLegendSeriesLineLength(LEGEND_LINE);
        styler.setLegendPadding(SPACE);
        styler.setMarkerSize(5);
    }
}
