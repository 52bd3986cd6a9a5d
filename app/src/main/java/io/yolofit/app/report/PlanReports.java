package io.yolofit.app.report;

import io.yolofit.app.report.PlanReport.LargeTensor;
import io.yolofit.app.report.PlanReport.Moment;
import io.yolofit.app.report.PlanReport.ProgramMemory;
import io.yolofit.app.report.PlanReport.RoleMemory;
import io.yolofit.graph.plan.MemoryPlan;
import io.yolofit.graph.recompute.RecomputeReport;
import io.yolofit.train.program.MemoryNeed;
import java.util.Comparator;

/// Converts the memory need of a run to its report.
public final class PlanReports {
    private static final int LARGEST = 12;

    private PlanReports() {}

    /// @param run description of the planned run
    public static PlanReport of(String run, MemoryNeed need) {
        MemoryPlan peak = need.peak().program().plan();
        int kernels = need.peak().program().graph().nodes().size();
        return new PlanReport(run,
                need.roles().stream().map(role -> new RoleMemory(role.role().title(), role.buffers(), role.bytes(),
                        role.atPeak())).toList(),
                need.parts().stream().map(part -> new ProgramMemory(part.name(),
                        part.program().graph().nodes().size(), part.transientBytes())).toList(),
                need.persistentBytes(), need.stagingBytes(), need.arenaBytes(), need.lowerBound(),
                new Moment(need.peak().name(), peak.peakTime() + 1, kernels, peak.peakMoment()),
                need.largest(LARGEST).stream().map(tensor -> new LargeTensor(tensor.name(), tensor.type(),
                        tensor.role().title(), tensor.bytes())).toList(),
                need.recomputed().map(PlanReports::recomputation).orElse(null), null);
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
