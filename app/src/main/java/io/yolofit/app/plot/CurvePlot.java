package io.yolofit.app.plot;

import io.yolofit.app.plot.Curves.Curve;
import java.io.IOException;
import java.nio.file.Path;
import org.knowm.xchart.XYChart;

/// `PR_curve.png`, `F1_curve.png`, `P_curve.png`, `R_curve.png`: a thin line per class, a thick one for the mean.
public final class CurvePlot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 560;
    /// With more classes, all share one pale color and are not listed in the legend.
    private static final int MOST_NAMED_CLASSES = 20;

    private CurvePlot() {}

    public static void write(Path file, Curves curves) throws IOException {
        XYChart chart = Charts.lines(WIDTH, HEIGHT, curves.title(), curves.xTitle(), curves.yTitle(), 0, 1);
        Charts.yAxis(chart, 0, 1);
        chart.getStyler().setDecimalPattern("0.0");
        boolean named = curves.classes().size() <= MOST_NAMED_CLASSES;
        for (int at = 0; at < curves.classes().size(); at++) {
            Curve curve = curves.classes().get(at);
            Charts.line(chart, named ? curve.label() : "", curves.x(), curve.y(),
                    named ? Palette.series(at) : Palette.FAINT, Charts.THIN);
        }
        Charts.line(chart, curves.mean().label(), curves.x(), curves.mean().y(), Palette.STRONG, Charts.THICK);
        Drawing.write(Drawing.draw(WIDTH, HEIGHT, canvas -> chart.paint(canvas, WIDTH, HEIGHT)), file);
    }
}
