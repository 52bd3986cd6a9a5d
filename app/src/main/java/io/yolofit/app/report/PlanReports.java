package io.yolofit.app.report;

import io.yolofit.app.report.PlanReport.LargeTensor;
import io.yolofit.app.report.PlanReport.Moment;
import io.yolofit.app.report.PlanReport.ProgramMemory;
import io.yolofit.app.report.PlanReport.RoleMemory;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.recompute.RecomputeReport;
import io.yolofit.train.plan.PeakMemory;
import io.yolofit.train.plan.RunPlan;
import java.util.Comparator;

/// Converts the plan of a run to its report.
public final class PlanReports {
    private static final int LARGEST = 12;

    private PlanReports() {}

    /// @param run description of the planned run
    public static PlanReport of(String run, RunPlan plan) {
        MemoryPlan peak = plan.peak().program().plan();
        int kernels = plan.peak().program().graph().nodes().size();
        PeakMemory memory = PeakMemory.of(plan);
        return new PlanReport(run,
                memory.roles().stream().map(role -> new RoleMemory(role.role().title(), role.buffers(), role.bytes(),
                        role.atPeak())).toList(),
                plan.parts().stream().map(part -> new ProgramMemory(part.name(),
                        part.program().graph().nodes().size(), part.transientBytes())).toList(),
                plan.persistentBytes(), plan.stagingBytes(), plan.arenaBytes(), plan.lowerBound(),
                new Moment(plan.peak().name(), peak.peakTime() + 1, kernels, peak.peakMoment()),
                memory.largest(LARGEST).stream().map(tensor -> new LargeTensor(tensor.name(), tensor.type(),
                        tensor.role().title(), tensor.bytes())).toList(),
                plan.recomputed().map(PlanReports::recomputation).orElse(null), null, null, null, null);
    }

    private static PlanReport.Recomputation recomputation(RecomputeReport report) {
        return new PlanReport.Recomputation(report.recomputed().size(),
                (int) report.recomputed().stream().filter(RecomputeReport.Recomputed::convolution).count(),
                report.extraFlops(), report.extraBytes(), report.arenaBefore(), report.arenaAfter(),
                report.recomputed().stream()
                .sorted(Comparator.comparingLong(RecomputeReport.Recomputed::bytes).reversed())
                        .limit(LARGEST).map(one -> new PlanReport.RecomputedTensor(one.name(), one.bytes(),
                                one.convolution())).toList());
    }
}
