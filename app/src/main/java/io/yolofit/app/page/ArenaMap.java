package io.yolofit.app.page;

import static io.yolofit.app.page.PageTemplate.escaped;
import static io.yolofit.app.page.PageTemplate.number;

import io.yolofit.app.console.Units;
import io.yolofit.train.plan.MemoryTimeline.Block;
import io.yolofit.train.plan.MemoryTimeline;

/// The arena over the time of a step: every buffer at its offset, from the kernel that writes it to the last one that
/// reads it. No two rectangles overlap.
final class ArenaMap {
    private static final double SIZE = 1000;
    /// Buffers below this share of the arena are not drawn: they are not visible.
    private static final double VISIBLE = 3e-4;
    /// Buffers above this share have an outline.
    private static final double TALL = .006;
    private static final double THINNEST = .8;

    private ArenaMap() {}

    static String svg(MemoryTimeline timeline) {
        var svg = new StringBuilder("<svg viewBox='0 0 1000 1000' preserveAspectRatio='none'>");
        double[] starts = MemoryChart.starts(timeline);
        long from = 0;
        for (var persistent : timeline.persistent().entrySet()) {
            rectangle(svg, MemoryChart.roleClass(persistent.getKey()), 0, 1, from / (double) timeline.arena(),
                    persistent.getValue() / (double) timeline.arena(), persistent.getKey().title()
                    + "\nkept from step to step\n" + Units.bytes(persistent.getValue()));
            from += persistent.getValue();
        }
        rectangle(svg, "input", 0, 1, from / (double) timeline.arena(), timeline.staging() / (double) timeline.arena(),
                "next batch\ncopied in during the step\n" + Units.bytes(timeline.staging()));
        for (Block block : timeline.blocks()) {
            if (block.bytes() > VISIBLE * timeline.arena()) {
                rectangle(svg, MemoryChart.shaded(block) + (block.bytes() > TALL * timeline.arena() ? " tall" : ""),
                        starts[block.first()], starts[block.last() + 1],
                        block.offset() / (double) timeline.arena(), block.bytes() / (double) timeline.arena(),
                        block.name() + "\n" + block.type() + "\n" + block.role().title() + "\n"
                        + Units.bytes(block.bytes()) + " at offset " + Units.bytes(block.offset()));
            }
        }
        return svg.append("</svg>").toString();
    }

    private static void rectangle(StringBuilder svg, String kind, double left, double right, double bottom,
            double height, String tip) {
        if (height <= 0) {
            return;
        }
        svg.append("<rect class='").append(kind).append("' x='").append(number(SIZE * left)).append("' y='")
                .append(number(SIZE * (1 - bottom - height))).append("' width='")
                .append(number(Math.max(THINNEST, SIZE * (right - left)))).append("' height='")
                .append(number(SIZE * height)).append("' data-tip=\"").append(escaped(tip)).append("\"/>");
    }
}
