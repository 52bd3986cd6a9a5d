package io.yolofit.app.plot;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;

/// A framed square plot with a title and axes from 0 to 1.
///
/// @param x of the frame's top left corner, points; y likewise
record Panel(int x, int y, int width, int height, String title) {
    private static final int TICKS = 4;

    void title(Graphics2D canvas) {
        canvas.setColor(Palette.TEXT);
        canvas.setFont(Drawing.font(Font.BOLD, 14));
        Drawing.centered(canvas, title, x + width / 2.0, y - 16);
    }

    void frame(Graphics2D canvas) {
        canvas.setColor(Palette.FRAME);
        canvas.draw(new Rectangle2D.Double(x, y, width, height));
    }

    /// Ticks and titles of both axes.
    ///
    /// @param upwards whether y increases upwards, as in a diagram, or downwards, as in an image
    void axes(Graphics2D canvas, String xTitle, String yTitle, boolean upwards) {
        canvas.setColor(Palette.FAINT_TEXT);
        canvas.setFont(Drawing.font(Font.PLAIN, 11));
        for (int tick = 0; tick <= TICKS; tick++) {
            double share = tick / (double) TICKS;
            String number = share == 0 ? "0" : share == 1 ? "1" : Double.toString(share);
            Drawing.centered(canvas, number, x + share * width, y + height + 13);
            Drawing.endingAt(canvas, number, x - 7, upwards ? y + (1 - share) * height : y + share * height);
        }
        canvas.setColor(Palette.TEXT);
        canvas.setFont(Drawing.font(Font.PLAIN, 12));
        Drawing.centered(canvas, xTitle, x + width / 2.0, y + height + 31);
        Drawing.upwards(canvas, yTitle, x - 44, y + height / 2.0);
    }

    /// A two-dimensional histogram of points with a logarithmic color scale.
    ///
    /// @param upwards as for the axes
    void density(Graphics2D canvas, double[] xs, double[] ys, int cells, boolean upwards) {
        var counts = new long[cells][cells];
        long largest = 1;
        for (int at = 0; at < xs.length; at++) {
            int column = Math.clamp((long) (xs[at] * cells), 0, cells - 1);
            int row = Math.clamp((long) (ys[at] * cells), 0, cells - 1);
            largest = Math.max(largest, ++counts[row][column]);
        }
        double cellWidth = width / (double) cells;
        double cellHeight = height / (double) cells;
        for (int row = 0; row < cells; row++) {
            for (int column = 0; column < cells; column++) {
                if (counts[row][column] > 0) {
                    double share = Math.log1p(counts[row][column]) / Math.log1p(largest);
                    canvas.setColor(Palette.share(0.2 + 0.8 * share));
                    double top = upwards ? y + height - (row + 1) * cellHeight : y + row * cellHeight;
                    canvas.fill(new Rectangle2D.Double(x + column * cellWidth, top, cellWidth, cellHeight));
                }
            }
        }
    }
}
