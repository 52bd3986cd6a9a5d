package io.yolofit.app.report;

import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.Units;
import java.util.ArrayList;
import java.util.List;

/// A plan as tables: memory by role, totals, programs, and the largest tensors.
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
        if (plan.recomputation() != null) {
            lines.add("");
            lines.addAll(recomputation(plan.recomputation()));
        }
        if (plan.prediction() != null) {
            lines.add("");
            lines.addAll(sum(plan, plan.prediction()).lines());
            lines.add("");
            lines.add(times(plan.prediction().times()));
        }
        if (plan.scaling() != null) {
            lines.add("");
            lines.addAll(ScalingText.lines(plan.scaling()));
        }
        if (plan.host() != null) {
            lines.add("");
            lines.addAll(host(plan.host()).lines());
        }
        if (plan.loading() != null) {
            lines.add("");
            lines.addAll(LoadingText.lines(plan.loading()));
        }
        return lines;
    }

    private static TextTable roles(PlanReport plan) {
        var table = new TextTable(Column.left("role"), Column.right("buffers"), Column.right("total"),
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
                .row("  persistent", Units.bytes(plan.persistent()), exact(plan.persistent()), "")
                .row("  next batch", Units.bytes(plan.staging()), exact(plan.staging()), plan.staging() > 0
                        ? "double buffer: copied in during the current step" : "not double-buffered on the CPU");
    }

    private static List<String> recomputation(PlanReport.Recomputation recomputation) {
        var lines = new ArrayList<String>();
        lines.add("Recomputed in the backward pass: %s %s, %s of them convolution outputs".formatted(
                Units.count(recomputation.values()), recomputation.values() == 1 ? "value" : "values",
                Units.count(recomputation.convolutions())));
        lines.add("This saves %s of the training step's %s and costs %s more arithmetic and %s more memory traffic"
                .formatted(Units.bytes(recomputation.arenaWithout() - recomputation.arenaWith()),
                        Units.bytes(recomputation.arenaWithout()), Units.percent(recomputation.extraFlops()),
                        Units.bytes(recomputation.extraBytes())));
        var table = new TextTable(Column.left("recomputed"), Column.left("kernel"), Column.right("size"));
        recomputation.largest().forEach(tensor -> table.row(tensor.name(),
                tensor.convolution() ? "convolution" : "pointwise", Units.bytes(tensor.bytes())));
        lines.addAll(table.lines());
        return lines;
    }

    private static TextTable sum(PlanReport plan, PlanReport.Prediction prediction) {
        String context = "context and libraries, " + (prediction.measured() ? "measured on " + prediction.device()
                : "estimated");
        var table = new TextTable(Column.left(""), Column.right(""), Column.right(""))
                .row("arena", Units.bytes(plan.arena()), exact(plan.arena()))
                .row(context, Units.bytes(prediction.context()), exact(prediction.context()))
                .row("CUDA graphs of " + Units.count(prediction.kernels()) + " kernels, estimated",
                        Units.bytes(prediction.graphs()), exact(prediction.graphs()));
        if (prediction.links() > 0) {
            table.row("communication with other ranks (NCCL), estimated", Units.bytes(prediction.links()),
                    exact(prediction.links()));
        }
        return table.rule().row("process", Units.bytes(prediction.total()), exact(prediction.total()));
    }

    private static TextTable host(HostPlan host) {
        var table = new TextTable(Column.left("host memory, estimated"), Column.right(""))
                .row("Java, code and libraries", Units.bytes(host.java()))
                .row("batches, loaded ahead", Units.bytes(host.batches()))
                .row("decoded images, at most", Units.bytes(host.images()))
                .row("state, while a checkpoint is written", Units.bytes(host.state()));
        if (host.tensors() > 0) {
            table.row("tensors of the CPU", Units.bytes(host.tensors()));
        }
        return table.rule().row("total", Units.bytes(host.total()));
    }

    private static String times(PlanReport.Times times) {
        return "Estimated without data loading (" + times.source() + "): "
                + Units.fixed(1000 * times.step(), 1) + " ms a step, " + Units.rate(times.imagesPerSecond(), "img")
                + (times.hours() == null ? "" : ", " + Units.fixed(times.epoch(), 1) + " s an epoch, "
                        + Units.fixed(times.hours(), 1) + " h in total");
    }

    private static TextTable programs(PlanReport plan) {
        var table = new TextTable(Column.left("program"), Column.right("kernels"),
                Column.right("transient memory"));
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
