package io.yolofit.app.page;

import static io.yolofit.app.page.PageTemplate.escaped;
import static io.yolofit.app.page.PageTemplate.number;

import io.yolofit.app.console.Units;
import io.yolofit.train.plan.MemoryTimeline.Block;
import io.yolofit.train.plan.MemoryTimeline;
import java.util.ArrayList;
import java.util.List;

/// The tensors that are live at the peak as a treemap: areas are in proportion to bytes (Bruls, Huizing and van Wijk,
/// Squarified Treemaps, 2000).
final class PeakMap {
    private static final int TENSORS = 160;
    private static final double WIDTH = 1000;
    private static final double HEIGHT = 420;
    private static final double LABEL_WIDTH = 9;
    private static final double LABEL_HEIGHT = 8;
    private static final double LONG = 22;

    private final StringBuilder html = new StringBuilder();
    private double x;
    private double y;
    private double width = WIDTH;
    private double height = HEIGHT;

    private record Tile(String name, String tip, String kind, double area) {
    }

    private PeakMap() {}

    static String html(MemoryTimeline timeline) {
        List<Tile> tiles = new ArrayList<>();
        List<Block> blocks = timeline.atPeak();
        long total = timeline.bytes(timeline.peak());
        double scale = WIDTH * HEIGHT / total;
        for (Block block : blocks.subList(0, Math.min(TENSORS, blocks.size()))) {
            tiles.add(new Tile(block.name(), block.name() + "\n" + block.type() + "\n" + block.role().title() + "\n"
                    + Units.bytes(block.bytes()), MemoryChart.shaded(block), block.bytes() * scale));
        }
        List<Block> rest = blocks.subList(Math.min(TENSORS, blocks.size()), blocks.size());
        long small = rest.stream().mapToLong(Block::bytes).sum();
        if (small > 0) {
            tiles.add(new Tile(rest.size() + " smaller tensors", rest.size() + " smaller tensors\n"
                    + Units.bytes(small), "others", small * scale));
        }
        timeline.persistent().forEach((role, bytes) -> tiles.add(new Tile(role.title(), role.title()
                + "\nkept from step to step\n" + Units.bytes(bytes), MemoryChart.roleClass(role), bytes * scale)));
        if (timeline.staging() > 0) {
            tiles.add(new Tile("next batch", "next batch\ncopied in during the step\n"
                    + Units.bytes(timeline.staging()), "input", timeline.staging() * scale));
        }
        tiles.sort((left, right) -> Double.compare(right.area, left.area));
        var map = new PeakMap();
        map.place(tiles);
        return map.html.toString();
    }

    private void place(List<Tile> tiles) {
        int next = 0;
        while (next < tiles.size()) {
            double side = Math.max(1e-9, Math.min(width, height)); // rounding may leave nothing
            int end = next + 1;
            while (end < tiles.size() && worst(tiles.subList(next, end + 1), side)
                    <= worst(tiles.subList(next, end), side)) {
                end++;
            }
            row(tiles.subList(next, end));
            next = end;
        }
    }

    /// The largest ratio of sides in a row along a side.
    private static double worst(List<Tile> row, double side) {
        double sum = row.stream().mapToDouble(Tile::area).sum();
        double most = row.getFirst().area;
        double least = row.getLast().area;
        return Math.max(side * side * most / (sum * sum), sum * sum / (side * side * least));
    }

    private void row(List<Tile> row) {
        double sum = row.stream().mapToDouble(Tile::area).sum();
        boolean column = width >= height;
        double depth = sum / (column ? height : width);
        double along = 0;
        for (Tile tile : row) {
            double length = tile.area / depth;
            if (column) {
                tile(tile, x, y + along, depth, length);
            } else {
                tile(tile, x + along, y, length, depth);
            }
            along += length;
        }
        x += column ? depth : 0;
        width -= column ? depth : 0;
        y += column ? 0 : depth;
        height -= column ? 0 : depth;
    }

    private void tile(Tile tile, double left, double top, double wide, double high) {
        double percentWide = 100 * wide / WIDTH;
        double percentHigh = 100 * high / HEIGHT;
        html.append("<div tabindex='0' class='tile ").append(tile.kind).append("' style='left:")
                .append(number(100 * left / WIDTH)).append("%;top:").append(number(100 * top / HEIGHT))
                .append("%;width:").append(number(percentWide)).append("%;height:").append(number(percentHigh))
                .append("%' data-tip=\"").append(escaped(tile.tip)).append("\">");
        if (percentWide > LABEL_WIDTH && percentHigh > LABEL_HEIGHT) {
            html.append(percentWide < LONG ? "<span class='short'>" : "<span>").append(escaped(tile.name))
                    .append("</span>");
        }
        html.append("</div>");
    }
}
