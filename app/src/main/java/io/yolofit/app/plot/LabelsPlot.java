package io.yolofit.app.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// `labels.png`: the number of boxes per class, and the distributions of box centers and sizes.
public final class LabelsPlot {
    private static final int SIDE = 380;
    private static final int LEFT = 80;
    private static final int TOP = 50;
    private static final int STEP_X = SIDE + 110;
    private static final int STEP_Y = SIDE + 140;
    private static final int MOST_OUTLINES = 1000;
    private static final int CELLS = 64;
    private static final int MOST_COUNTS = 20;
    private static final int NAME_LENGTH = 74;
    private static final double WIDEST_BAR = 90;

    private LabelsPlot() {}

    /// @param labels of at least one box
    public static void write(Path file, LabelSet labels) throws IOException {
        if (labels.boxes() == 0) {
            throw new IllegalArgumentException("no box to draw in " + file);
        }
        Drawing.write(Drawing.draw(LEFT + STEP_X + SIDE + 30, TOP + STEP_Y + SIDE + 55,
                canvas -> paint(canvas, labels)), file);
    }

    private static void paint(Graphics2D canvas, LabelSet labels) {
        histogram(canvas, panel(0, 0, "Boxes per class"), labels);
        outlines(canvas, panel(1, 0, "Boxes, centered"), labels);
        Panel centers = panel(0, 1, "Box centers");
        centers.title(canvas);
        centers.density(canvas, labels.centerX(), labels.centerY(), CELLS, false);
        centers.frame(canvas);
        centers.axes(canvas, "x, relative to the image", "y, relative to the image", false);
        Panel sizes = panel(1, 1, "Box sizes");
        sizes.title(canvas);
        sizes.density(canvas, labels.width(), labels.height(), CELLS, true);
        sizes.frame(canvas);
        sizes.axes(canvas, "width, relative to the image", "height, relative to the image", true);
    }

    private static Panel panel(int column, int row, String title) {
        return new Panel(LEFT + column * STEP_X, TOP + row * STEP_Y, SIDE, SIDE, title);
    }

    private static void histogram(Graphics2D canvas, Panel panel, LabelSet labels) {
        panel.title(canvas);
        long[] counts = labels.perClass();
        double largest = Arrays.stream(counts).max().orElse(1) * 1.08;
        double pitch = panel.width() / (double) counts.length;
        for (int at = 0; at < counts.length; at++) {
            double height = counts[at] / largest * panel.height();
            double x = panel.x() + at * pitch;
            double top = panel.y() + panel.height() - height;
            canvas.setColor(Palette.series(at));
            double width = Math.min(WIDEST_BAR, pitch * 0.76);
            canvas.fill(new Rectangle2D.Double(x + (pitch - width) / 2, top, width, height));
            if (counts.length <= MOST_COUNTS) {
                canvas.setColor(Palette.TEXT);
                canvas.setFont(Drawing.font(Font.PLAIN, counts.length <= 10 ? 12 : 9));
                Drawing.centered(canvas, Long.toString(counts[at]), x + pitch / 2, top - 9);
            }
        }
        panel.frame(canvas);
        names(canvas, panel, labels, pitch);
    }

    private static void names(Graphics2D canvas, Panel panel, LabelSet labels, double pitch) {
        canvas.setColor(Palette.TEXT);
        Font font = Drawing.font(Font.PLAIN, pitch < 11 ? 9 : 11);
        canvas.setFont(font);
        int bottom = panel.y() + panel.height();
        List<String> classes = labels.classes().stream().map(Drawing::drawable).toList();
        boolean across = classes.stream().allMatch(name -> Drawing.width(font, name) < pitch - 4);
        int every = across ? 1 : (int) Math.ceil((font.getSize() + 1) / pitch);
        for (int at = 0; at < classes.size(); at += every) {
            double middle = panel.x() + (at + 0.5) * pitch;
            String name = classes.get(at);
            if (across) {
                Drawing.centered(canvas, name, middle, bottom + 13);
            } else {
                Drawing.upwardsTo(canvas, Drawing.cut(font, name, NAME_LENGTH), middle, bottom + 6);
            }
        }
    }

    /// At most 1,000 boxes, sampled evenly.
    private static void outlines(Graphics2D canvas, Panel panel, LabelSet labels) {
        panel.title(canvas);
        Graphics2D inside = (Graphics2D) canvas.create();
        inside.clip(new Rectangle2D.Double(panel.x(), panel.y(), panel.width(), panel.height()));
        inside.setStroke(new BasicStroke(0.7f));
        int shown = Math.min(labels.boxes(), MOST_OUTLINES);
        for (int at = 0; at < shown; at++) {
            int box = (int) ((long) at * labels.boxes() / shown);
            Color color = Palette.series(labels.classOf()[box]);
            inside.setColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), 110));
            double width = labels.width()[box] * panel.width();
            double height = labels.height()[box] * panel.height();
            inside.draw(new Rectangle2D.Double(panel.x() + (panel.width() - width) / 2,
                    panel.y() + (panel.height() - height) / 2, width, height));
        }
        inside.dispose();
        panel.frame(canvas);
        panel.axes(canvas, "width", "height", false);
    }
}
