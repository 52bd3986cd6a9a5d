package io.yolofit.app.report;

import io.yolofit.train.plan.ProcessMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The memory of a run, planned before its first step and measured at its end. All sizes are bytes.
///
/// @param planned    before the first step
/// @param comparison planned and measured memory by component; empty before the end of the run
/// @param device     measured on the GPU; null on the CPU and before the end of the run
/// @param host       measured on the host; null before the end of the run, and on systems other than Linux
public record RunMemory(PlanReport planned, List<Component> comparison, Device device, HostMemory host) {
    /// GPU memory of a run.
    ///
    /// @param name       of the device
    /// @param arena      the single allocation
    /// @param context    context, libraries, modules and graphs: memory of the process in addition to the arena
    /// @param links      of the communication with other ranks (NCCL); 0 for one rank
    /// @param usedBefore device memory in use by all processes before the run
    /// @param usedAfter  device memory in use by all processes at the end of the run
    /// @param total      of the device
    public record Device(String name, long arena, long context, long links, long usedBefore, long usedAfter,
            long total) {}

    /// Planned and measured memory of a component.
    ///
    /// @param place    "device" or "host"
    /// @param measured null if it is measured only together with another component
    /// @param error    of the plan, as a fraction of the measured memory; null without a measurement
    /// @param whole    whether this is all memory of the process on the device or the host
    public record Component(String place, String name, long planned, Long measured, Double error, boolean whole) {
        static Component part(String place, String name, long planned, long measured) {
            return new Component(place, name, planned, measured, measured == 0 ? null
                    : Double.valueOf((planned - measured) / (double) measured), false);
        }

        static Component whole(String place, String name, long planned, long measured) {
            return new Component(place, name, planned, measured, (planned - measured) / (double) Math.max(1, measured),
                    true);
        }
    }

    public RunMemory {
        comparison = List.copyOf(comparison);
    }

    /// A run that has not ended.
    public static RunMemory planned(PlanReport plan) {
        return new RunMemory(plan, List.of(), null, null);
    }

    /// A run at its end.
    ///
    /// @param process planned memory of the process on the device
    /// @param device  empty on the CPU
    /// @param host    empty on systems other than Linux
    public static RunMemory measured(PlanReport plan, ProcessMemory process, Optional<Device> device,
            Optional<HostMemory> host) {
        List<Component> components = new ArrayList<>();
        device.ifPresent(found -> components.addAll(device(process, found)));
        if (plan.host() != null) {
            host.ifPresent(found -> components.addAll(host(plan.host(), found)));
        }
        return new RunMemory(plan, components, device.orElse(null), host.orElse(null));
    }

    /// Context and graphs are measured together: the driver reports only the memory of the whole process.
    private static List<Component> device(ProcessMemory plan, Device measured) {
        String place = "device";
        List<Component> components = new ArrayList<>(List.of(
                Component.part(place, "arena", plan.arena(), measured.arena),
                new Component(place, "context, libraries and modules", plan.context(), null, null, false),
                new Component(place, "CUDA graphs", plan.graphs(), null, null, false),
                Component.part(place, "context, libraries, modules and graphs", plan.context() + plan.graphs(),
                        measured.context)));
        if (plan.links() > 0) {
            components.add(Component.part(place, "communication with other ranks (NCCL)", plan.links(),
                    measured.links));
        }
        components.add(Component.whole(place, "process", plan.total(), measured.arena + measured.context
                + measured.links));
        return components;
    }

    /// The state that a checkpoint copies is on the Java heap.
    private static List<Component> host(HostPlan plan, HostMemory measured) {
        String place = "host";
        return List.of(Component.part(place, "Java: heap, code and libraries, at the end", plan.java() + plan.state(),
                        measured.heap() + measured.code() + measured.libraries()),
                Component.part(place, "native: tensors, images and batches, at the end",
                        plan.total() - plan.java() - plan.state(), measured.allocated() + measured.other()),
                Component.whole(place, "resident, peak of the run", plan.total(), measured.peak()));
    }
}
