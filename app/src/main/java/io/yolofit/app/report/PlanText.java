package io.yolofit.app.report;

import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.Units;
import java.util.ArrayList;
import java.util.List;

/// A plan as tables: memory by role, the totals, the programs, and the largest tensors.
public final class PlanText {
    private PlanText() {}

    public static List<String> lines(PlanReport plan) {
        var lines = new ArrayList<String>();
        lines.add("Memory of " + plan.run());
        lines.add("");
        lines.addAll(roles(plan).lines());
        lines.add("");
        lines.addAll(totals(plan).lines());
        lines.add("");
        lines.addAll(programs(plan).lines());
        lines.add("");
        lines.add("The peak is in the %s, at kernel %s of %s: %s".formatted(plan.peak().program(),
                Units.count(plan.peak().kernel()), Units.count(plan.peak().kernels()), plan.peak().name()));
        if (!plan.largest().isEmpty()) {
            lines.add("");
            lines.add("Largest tensors at the peak");
            lines.addAll(largest(plan).lines());
        }
        if (plan.recomputing() != null) {
            lines.add("");
            lines.addAll(recomputing(plan.recomputing()));
        }
        if (plan.context() != null) {
            lines.add("");
            lines.addAll(sum(plan, plan.context()).lines());
        }
        return lines;
    }

    private static TextTable roles(PlanReport plan) {
        var table = new TextTable(Column.left("role"), Column.right("buffers"), Column.right("all"),
                Column.right("at the peak"));
        long buffers = 0;
        long bytes = 0;
        long atPeak = 0;
        for (PlanReport.RoleMemory role : plan.roles()) {
            table.row(role.role(), Units.count(role.buffers()), Units.bytes(role.bytes()), Units.bytes(role.atPeak()));
            buffers += role.buffers();
            bytes += role.bytes();
            atPeak += role.atPeak();
        }
        return table.rule().row("total", Units.count(buffers), Units.bytes(bytes), Units.bytes(atPeak));
    }

    private static TextTable totals(PlanReport plan) {
        double above = plan.lowerBound() == 0 ? 0 : plan.arena() / (double) plan.lowerBound() - 1;
        return new TextTable(Column.left(""), Column.right(""), Column.right(""), Column.left(""))
                .row("lower bound", Units.bytes(plan.lowerBound()), exact(plan.lowerBound()), "")
                .row("arena", Units.bytes(plan.arena()), exact(plan.arena()),
                        Units.percent(above) + " above the lower bound")
                .row("of it persistent", Units.bytes(plan.persistent()), exact(plan.persistent()), "")
                .row("of it the next batch", Units.bytes(plan.staging()), exact(plan.staging()), plan.staging() > 0
                        ? "copied in while the present one is computed" : "batches are copied one after the other");
    }

    private static List<String> recomputing(PlanReport.Recomputation recomputing) {
        var lines = new ArrayList<String>();
        lines.add("Recomputed in the backward pass: %s %s, %s of them by a convolution".formatted(
                Units.count(recomputing.values()), recomputing.values() == 1 ? "value" : "values",
                Units.count(recomputing.convolutions())));
        lines.add("It saves %s of the training step, which would take %s, for %s more arithmetic and %s more to read "
                .formatted(Units.bytes(recomputing.arenaWithout() - recomputing.arenaWith()),
                        Units.bytes(recomputing.arenaWithout()), Units.percent(recomputing.extraFlops()),
                        Units.bytes(recomputing.extraBytes())) + "and write");
        var table = new TextTable(Column.left("recomputed"), Column.left("by"), Column.right("size"));
        recomputing.largest().forEach(tensor -> table.row(tensor.name(),
                tensor.convolution() ? "convolution" : "pointwise", Units.bytes(tensor.bytes())));
        lines.addAll(table.lines());
        return lines;
    }

    private static TextTable sum(PlanReport plan, PlanReport.Context context) {
        return new TextTable(Column.left(""), Column.right(""), Column.right(""))
                .row("arena", Units.bytes(plan.arena()), exact(plan.arena()))
                .row("context and libraries, measured on " + context.device(), Units.bytes(context.bytes()),
                        exact(context.bytes()))
                .rule()
                .row("in all", Units.bytes(plan.arena() + context.bytes()), exact(plan.arena() + context.bytes()));
    }

    private static TextTable programs(PlanReport plan) {
        var table = new TextTable(Column.left("program"), Column.right("kernels"),
                Column.right("beside the persistent"));
        for (PlanReport.ProgramMemory program : plan.programs()) {
            table.row(program.name(), Units.count(program.kernels()), Units.bytes(program.bytes()));
        }
        return table;
    }

    private static String exact(long bytes) {
        return Units.count(bytes) + " B";
    }

    private static TextTable largest(PlanReport plan) {
        var table = new TextTable(
                Column.left("tensor"), Column.left("type"), Column.left("role"), Column.right("size"));
        for (PlanReport.LargeTensor tensor : plan.largest()) {
            table.row(tensor.name(), tensor.type(), tensor.role(), Units.bytes(tensor.bytes()));
        }
        return table;
    }
}
