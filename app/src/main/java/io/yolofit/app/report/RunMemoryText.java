package io.yolofit.app.report;

import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The memory of a run as text: plan and measurement.
public final class RunMemoryText {
    private static final int PERCENT = 100;

    private RunMemoryText() {}

    public static List<String> lines(RunMemory memory) {
        var lines = new ArrayList<>(PlanText.lines(memory.planned()));
        if (!memory.comparison().isEmpty()) {
            lines.add("");
            lines.add("Planned and measured" + (memory.device() == null ? "" : " on " + memory.device().name()));
            lines.addAll(comparison(memory.comparison()).lines());
        }
        if (memory.device() != null) {
            lines.add("");
            lines.addAll(device(memory.device()).lines());
        }
        if (memory.host() != null) {
            lines.add("");
            lines.add("Resident memory of this process on the host: " + Units.bytes(memory.host().peak())
                    + " at its peak during the run, " + Units.bytes(memory.host().resident())
                    + " at the end, by part:");
            lines.addAll(host(memory.host()).lines());
        }
        return lines;
    }

    /// Planned and measured memory of the process, one line for the device and one for the host.
    public static List<String> summary(RunMemory memory) {
        return memory.comparison().stream().filter(RunMemory.Component::whole).map(one -> "memory of the " + one.place()
                + ": " + Units.bytes(one.planned()) + " planned, " + Units.bytes(one.measured()) + " measured ("
                + error(one) + ")").toList();
    }

    private static String error(RunMemory.Component component) {
        return String.format(Locale.ROOT, "%+.1f %%", PERCENT * component.error());
    }

    private static TextTable comparison(List<RunMemory.Component> components) {
        var table = new TextTable(Column.left(""), Column.left("component"), Column.right("planned"),
                Column.right("measured"), Column.right("error"));
        components.forEach(one -> table.row(one.place(), one.name(), exact(one.planned()),
                one.measured() == null ? "" : exact(one.measured()), one.error() == null ? ""
                        : error(one)));
        return table;
    }

    private static TextTable host(HostMemory host) {
        return new TextTable(Column.left("part"), Column.right("resident"))
                .row("Java heap", Units.bytes(host.heap()))
                .row("classes and compiled code", Units.bytes(host.code()))
                .row("native libraries and mapped files", Units.bytes(host.libraries()))
                .row("native allocations: tensors, state, images", Units.bytes(host.allocated()))
                .row("freed native memory, collector, thread stacks", Units.bytes(host.other()))
                .rule()
                .row("total at the end of the run", Units.bytes(host.resident()))
                .row("of it decoded images", Units.bytes(host.images()));
    }

    private static TextTable device(RunMemory.Device device) {
        return new TextTable(Column.left("memory of the device"), Column.right("measured"))
                .row("in use before the run", exact(device.usedBefore()))
                .row("in use at the end", exact(device.usedAfter()))
                .row("total", exact(device.total()));
    }

    private static String exact(long bytes) {
        return Units.count(bytes) + " B";
    }
}
