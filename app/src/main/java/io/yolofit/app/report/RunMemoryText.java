package io.yolofit.app.report;

import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.Units;
import java.util.ArrayList;
import java.util.List;

/// A run's memory as text: the plan, and beside it what was measured.
public final class RunMemoryText {
    private RunMemoryText() {}

    public static List<String> lines(RunMemory memory) {
        var lines = new ArrayList<>(PlanText.lines(memory.planned()));
        if (memory.device() != null) {
            lines.add("");
            lines.add("Planned and measured on " + memory.device().name());
            lines.addAll(device(memory.planned(), memory.device()).lines());
        }
        if (memory.resident() != null) {
            lines.add("");
            lines.add("Measured: at most " + Units.bytes(memory.resident()) + " of this process were resident, with "
                    + "Java, its libraries, decoded images and the kernels' scratch memory");
        }
        return lines;
    }

    private static TextTable device(PlanReport plan, RunMemory.Device device) {
        return new TextTable(Column.left("bytes"), Column.right("planned"), Column.right("measured"))
                .row("arena", exact(plan.arena()), exact(device.arena()))
                .row("context, libraries, kernels, graphs", "-", exact(device.context()))
                .rule()
                .row("device in use before the run", "", exact(device.usedBefore()))
                .row("device in use at its end", exact(device.usedBefore() + plan.arena()), exact(device.usedAfter()))
                .row("device in all", "", exact(device.total()));
    }

    private static String exact(long bytes) {
        return Units.count(bytes) + " B";
    }
}
