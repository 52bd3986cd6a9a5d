package io.yolofit.app.plot;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// `confusion_matrix.png`, and `confusion_matrix_normalized.png` with fractions instead of counts.
public final class ConfusionPlot {
    private static final int SMALLEST_MATRIX = 420;
    private static final int LARGEST_MATRIX = 840;
    private static final int GOOD_CELL = 70;
    private static final int SMALLEST_CELL_WITH_TEXT = 26;
    private static final int TOP = 60;
    private static final int LONGEST_NAME = 120;
    private static final int GAP = 8;
    private static final int TITLE = 30;
    private static final int RIGHT = 100;
    private static final int LABEL_PITCH = 13;

    private final ConfusionMatrix matrix;
    private final boolean normalized;
    private final double[][] shares;
    private final int size;
    private final double cell;
    private final Font nameFont;
    private final List<String> names;
    private final boolean across;
    private final int left;
    private final int bottom;

    private ConfusionPlot(ConfusionMatrix matrix, boolean normalized) {
        this.matrix = matrix;
        this.normalized = normalized;
        this.shares = normalized ? matrix.shares() : matrix.brightness();
        this.size = Math.clamp((long) GOOD_CELL * matrix.side(), SMALLEST_MATRIX, LARGEST_MATRIX);
        this.cell = size / (double) matrix.side();
        this.nameFont = Drawing.font(Font.PLAIN, cell < 20 ? 10 : 12);
        this.names = IntStream.range(0, matrix.side())
                .mapToObj(at -> Drawing.cut(nameFont, Drawing.drawable(matrix.name(at)), LONGEST_NAME)).toList();
        int longest = names.stream().mapToInt(name -> Drawing.width(nameFont, name)).max().orElseThrow();
        this.across = longest < cell - GAP;
        this.left = TITLE + longest + 2 * GAP;
        this.bottom = TITLE + 2 * GAP + (across ? nameFont.getSize() : longest);
    }

    /// @param normalized whether each column is divided by the number of objects of its true class
    public static void write(Path file, ConfusionMatrix matrix, boolean normalized) throws IOException {
        var plot = new ConfusionPlot(matrix, normalized);
        Drawing.write(Drawing.draw(plot.left + plot.size + RIGHT, TOP + plot.size + plot.bottom, plot::paint), file);
    }

    private void paint(Graphics2D canvas) {
        canvas.setFont(Drawing.font(Font.BOLD, 16));
        String title = normalized ? "Confusion matrix, normalized" : "Confusion matrix";
        Drawing.centered(canvas, title, left + size / 2.0, TOP / 2.0);
        for (int row = 0; row < matrix.side(); row++) {
            for (int column = 0; column < matrix.side(); column++) {
                cell(canvas, row, column);
            }
        }
        canvas.setColor(Palette.FRAME);
        canvas.draw(new Rectangle2D.Double(left, TOP, size, size));
        labels(canvas);
        scale(canvas);
    }

    private void cell(Graphics2D canvas, int row, int column) {
        double x = left + column * cell;
        double y = TOP + row * cell;
        double share = shares[row][column];
        canvas.setColor(Palette.share(share));
        canvas.fill(new Rectangle2D.Double(x, y, cell, cell));
        String text = text(row, column);
        if (cell >= SMALLEST_CELL_WITH_TEXT && !text.isEmpty()) {
            canvas.setColor(Palette.on(share));
            canvas.setFont(Drawing.font(Font.PLAIN, fitting(canvas, text)));
            Drawing.centered(canvas, text, x + cell / 2, y + cell / 2);
        }
    }

    private String text(int row, int column) {
        long count = matrix.counts()[row][column];
        if (count == 0) {
            return "";
        }
        return normalized ? String.format(Locale.ROOT, "%.2f", shares[row][column]) : Long.toString(count);
    }

    private int fitting(Graphics2D canvas, String text) {
        int fontSize = 14;
        while (fontSize > 6
                && canvas.getFontMetrics(Drawing.font(Font.PLAIN, fontSize)).stringWidth(text) > cell - 6) {
            fontSize--;
        }
        return fontSize;
    }

    /// Class names at the left and at the bottom; where cells are small, only every second, third, ... name.
    private void labels(Graphics2D canvas) {
        canvas.setColor(Palette.TEXT);
        canvas.setFont(nameFont);
        int every = (int) Math.ceil(LABEL_PITCH / cell);
        for (int at = 0; at < matrix.side(); at += every) {
            double middle = (at + 0.5) * cell;
            Drawing.endingAt(canvas, names.get(at), left - GAP, TOP + middle);
            if (across) {
                Drawing.centered(canvas, names.get(at), left + middle, TOP + size + GAP + nameFont.getSize() / 2.0);
            } else {
                Drawing.upwardsTo(canvas, names.get(at), left + middle, TOP + size + GAP);
            }
        }
        canvas.setFont(Drawing.font(Font.BOLD, 13));
        Drawing.centered(canvas, "true", left + size / 2.0, TOP + size + bottom - TITLE / 2.0);
        Drawing.upwards(canvas, "predicted", TITLE / 2.0 + 2, TOP + size / 2.0);
    }

    private void scale(Graphics2D canvas) {
        int x = left + size + 24;
        for (int at = 0; at < size; at++) {
            canvas.setColor(Palette.share(1 - at / (double) size));
            canvas.fill(new Rectangle2D.Double(x, TOP + at, 14, 1.5));
        }
        canvas.setColor(Palette.FRAME);
        canvas.draw(new Rectangle2D.Double(x, TOP, 14, size));
        canvas.setColor(Palette.TEXT);
        canvas.setFont(Drawing.font(Font.PLAIN, 11));
        long largest = 0;
        for (long[] row : matrix.counts()) {
            for (long count : row) {
                largest = Math.max(largest, count);
            }
        }
        canvas.drawString(normalized ? "1" : Long.toString(largest), x + 20, TOP + 9);
        canvas.drawString("0", x + 20, TOP + size);
    }
}
