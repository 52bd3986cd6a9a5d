package io.yolofit.api.run;

import io.yolofit.base.AvailableMemory;
import io.yolofit.engine.DeviceMemoryReport;
import io.yolofit.engine.Engine;
import io.yolofit.engine.EngineProviders;
import io.yolofit.engine.GpuEngine;
import io.yolofit.engine.TunedConvolution;
import io.yolofit.graph.DType;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.DeviceMemory;
import io.yolofit.train.plan.Target;
import io.yolofit.train.plan.gpu.GpuCatalog;
import io.yolofit.train.plan.gpu.GpuModel;
import io.yolofit.train.plan.time.Calibration;
import io.yolofit.train.plan.time.ConvolutionTiming;
import io.yolofit.train.plan.time.DeviceRates;
import io.yolofit.train.plan.time.KernelTimeModel;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// The devices that runs are planned for.
public final class Targets {
    /// Bytes of the copy that measures the bandwidth of a GPU that is not in the catalog, and the share of the free
    /// memory that it takes at most.
    private static final long MOST_COPIED = 256L << 20;
    private static final int COPIED_SHARE = 8;
    private static final double MILLISECONDS = 1e3;

    private Targets() {}

    /// The device of an open engine, with its memory measured, and with the times of convolutions that its autotuner
    /// measured in earlier runs if its rates are estimates.
    public static Target of(Engine engine) {
        Target target = Target.of(engine);
        if (!(engine instanceof GpuEngine gpu)) {
            return target.with(host());
        }
        DeviceMemoryReport memory = gpu.memory();
        DeviceRates rates = GpuCatalog.rates(gpu.deviceName(), gpu.capability(), gpu.multiprocessors(),
                () -> gpu.copyBandwidth(Math.min(MOST_COPIED, memory.freeAtStart() / COPIED_SHARE)));
        return target.with(DeviceMemory.present(memory.total(), memory.freeAtStart(), memory.contextBytes(),
                gpu.isTuned())).with(KernelTimeModel.of(rates, gpu.workspace(),
                        GpuCatalog.links(gpu.deviceName())).with(rates.isMeasured() ? Calibration.NONE
                                : Calibration.of(timings(gpu.tunedConvolutions()), rates)));
    }

    /// Timings of the autotuner, for the time model.
    static List<ConvolutionTiming> timings(List<TunedConvolution> tuned) {
        return tuned.stream().map(one -> ConvolutionTiming.of(switch (one.direction()) {
            case FORWARD -> ConvolutionTiming.Direction.FORWARD;
            case DATA -> ConvolutionTiming.Direction.DATA_GRADIENT;
            case WEIGHT -> ConvolutionTiming.Direction.WEIGHT_GRADIENT;
        }, one.window(), one.x(), one.w(), one.y(), one.type(), one.tf32(), one.milliseconds() / MILLISECONDS))
                .toList();
    }

    /// A GPU that is not present; no library of it is needed.
    ///
    /// @throws io.yolofit.engine.EngineException.NotOnClassPath without the artifact of the CUDA engine
    public static Target absentGpu() {
        return Target.gpu(EngineProviders.gpu().workspace());
    }

    /// A GPU of the catalog, otherwise idle.
    ///
    /// @throws io.yolofit.engine.EngineException.NotOnClassPath without the artifact of the CUDA engine
    public static Target of(GpuModel gpu) {
        WorkspaceModel workspace = EngineProviders.gpu().workspace();
        DeviceMemory memory = new DeviceMemory(OptionalLong.of(gpu.memory()), OptionalLong.of(gpu.usable()),
                DeviceMemory.ABSENT_GPU.context(), DeviceMemory.ABSENT_GPU.perKernel(), false);
        Set<DType> types = gpu.hasBf16() ? Set.of(DType.F32, DType.F16, DType.BF16) : Set.of(DType.F32, DType.F16);
        return new Target(gpu.title(), memory, workspace, true, Recompute.Policy.DEFAULT, DType.F16, types,
                KernelTimeModel.of(gpu.rates(), workspace, gpu.links()));
    }

    /// The CPU of this machine; no native library is needed.
    ///
    /// @throws io.yolofit.engine.EngineException.NotOnClassPath without the artifact of the CPU engine
    public static Target cpu() {
        return Target.cpu(EngineProviders.cpu().mixedPrecision()).with(host());
    }

    private static DeviceMemory host() {
        AvailableMemory memory = AvailableMemory.now();
        return DeviceMemory.host(memory.total(), memory.free());
    }
}
