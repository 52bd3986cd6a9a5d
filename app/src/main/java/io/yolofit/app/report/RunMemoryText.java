package io.yolofit.app.report;

import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.Units;
import java.util.ArrayList;
import java.util.List;

/// The memory of a run as text: plan and measurement.
public final class RunMemoryText {
    private RunMemoryText() {}

    public static List<String> lines(RunMemory memory) {
        var lines = new ArrayList<>(PlanText.lines(memory.planned()));
        if (memory.device() != null) {
            lines.add("");
            lines.add("Planned and measured on " + memory.device().name());
            lines.addAll(device(memory.planned(), memory.device()).lines());
        }
        if (memory.host() != null) {
            lines.add("");
            lines.add("Measured on the host: peak resident memory of this process " + Units.bytes(memory.host().peak())
                    + ", at the end of the run:");
            lines.addAll(host(memory.host()).lines());
        }
        return lines;
    }

    private static TextTable host(HostMemory host) {
        return new TextTable(Column.left("part"), Column.right("resident"))
                .row("Java heap", Units.bytes(host.heap()))
                .row("classes and compiled code", Units.bytes(host.code()))
                .row("native libraries and mapped files", Units.bytes(host.libraries()))
                .row("native allocations: tensors, state, images", Units.bytes(host.allocated()))
                .row("freed native memory, collector, thread stacks", Units.bytes(host.other()))
                .rule()
                .row("total", Units.bytes(host.resident()))
                .row("of it decoded images", Units.bytes(host.images()));
    }

    private static TextTable device(PlanReport plan, RunMemory.Device device) {
        return new TextTable(Column.left("bytes"), Column.right("planned"), Column.right("measured"))
                .row("arena", exact(plan.arena()), exact(device.arena()))
                .row("context, libraries, kernels, graphs", "-", exact(device.context()))
                .rule()
                .row("device in use before the run", "", exact(device.usedBefore()))
                .row("device in use at the end", exact(device.usedBefore() + plan.arena()), exact(device.usedAfter()))
                .row("device total", "", exact(device.total()));
    }

    private static String exact(long bytes) {
        return Units.count(bytes) + " B";
    }
}
