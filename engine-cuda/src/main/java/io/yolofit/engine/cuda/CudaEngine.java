package io.yolofit.engine.cuda;

import io.yolofit.engine.DeviceMemoryReport;
import io.yolofit.engine.EngineException;
import io.yolofit.engine.Executable;
import io.yolofit.engine.GpuEngine;
import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.engine.State;
import io.yolofit.engine.TunedConvolution;
import io.yolofit.engine.cuda.conv3x3.Conv3x3Algorithms;
import io.yolofit.engine.cuda.dnn.ConvolutionAlgorithm;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.dnn.Convolutions;
import io.yolofit.engine.cuda.dnn.Cudnn;
import io.yolofit.engine.cuda.dnn.TuningCache;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Driver;
import io.yolofit.engine.cuda.driver.Nvrtc;
import io.yolofit.engine.cuda.driver.Sources;
import io.yolofit.engine.cuda.driver.Stream;
import io.yolofit.engine.cuda.kernel.CudaWorkspace;
import io.yolofit.engine.cuda.kernel.Kernels;
import io.yolofit.engine.cuda.nccl.GpuRank;
import io.yolofit.engine.cuda.nccl.Nccl;
import io.yolofit.graph.DType;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.Lane;
import io.yolofit.graph.plan.Program;
import io.yolofit.graph.plan.WorkspaceModel;
import io.yolofit.graph.recompute.Recompute;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs programs on an NVIDIA GPU: convolutions by cuDNN or by our own kernels, all other ops by our own kernels, all
/// memory of a run in one arena, each program as one CUDA graph.
///
/// [#reserve(List)] tunes the convolutions and allocates the arena; nothing is allocated on the device afterwards. An
/// engine belongs to the thread that opened it.
public final class CudaEngine implements GpuEngine {
    private static final int BF16_CAPABILITY = 80;
    private static final long COPIED_BYTES = 1L << 30;

    private final CudaOptions options;
    private final Device device;
    private final Streams streams;
    private final Stream stream; // the main one
    private final Staging staging;
    private final Sources sources;
    private final Cudnn cudnn;
    private final Cudnn sideCudnn;
    private final Convolutions convolutions;
    private final Kernels kernels;
    private final CudaState state;
    private final MemoryMonitor memoryMonitor;
    private final PinnedMemory pinned;
    private final Arena memory = Arena.ofShared();
    private final GpuRank rank;
    private final boolean tuned;
    private final TuningCache tuningCache;
    private long limit = Long.MAX_VALUE;
    private CudaContext context; // null before the arena is reserved
    private volatile Nccl.Group group;
    private long linkBytes;

    private CudaEngine(Driver driver, int index, Path cacheFolder, CudaOptions options, GpuRank rank) {
        this.options = options;
        this.rank = rank;
        Cudnn.Library library = Cudnn.Library.load();
        Nvrtc compiler = Nvrtc.load();
        memoryMonitor = MemoryMonitor.before(driver, index);
        device = Device.open(driver, index);
        streams = new Streams(device);
        stream = streams.main();
        pinned = new PinnedMemory(device);
        staging = new Staging(device);
        sources = new Sources(device, compiler, cacheFolder.resolve("kernels"));
        cudnn = Cudnn.open(library);
        sideCudnn = Cudnn.open(library);
        tuningCache = TuningCache.open(
                cacheFolder.resolve(options.ownConvolutions() ? "convolutions" : "convolutions-cudnn"), device.name(),
                library.versionText(), Kernels.WORKSPACE_CAP);
        tuned = !tuningCache.isEmpty();
        ConvolutionAlgorithm.Source own = options.ownConvolutions() ? new Conv3x3Algorithms(device, sources, memory)
                : problem -> List.of();
        convolutions = new Convolutions(cudnn, sideCudnn, own, device, stream, tuningCache, Kernels.WORKSPACE_CAP,
                options.candidates(), options.tf32());
        kernels = new Kernels(convolutions, this::group);
        state = new CudaState(device, stream);
    }

    /// Opens a GPU.
    ///
    /// @param index the driver's number of the GPU, from 0
    /// @param cacheFolder folder of the compiled kernels and the tuning cache
    /// @throws io.yolofit.engine.cuda.driver.CudaException if the driver, cuDNN or NVRTC is missing or too old
    public static CudaEngine open(int index, Path cacheFolder) {
        return open(index, cacheFolder, CudaOptions.DEFAULT);
    }

    /// Opens a GPU with other options than those of training.
    public static CudaEngine open(int index, Path cacheFolder, CudaOptions options) {
        return open(index, cacheFolder, options, GpuRank.ALONE);
    }

    /// Opens the GPU of a rank. Its programs exchange sums with those of the other ranks; the first one that does is
    /// compiled by all ranks at the same time.
    public static CudaEngine open(int index, Path cacheFolder, CudaOptions options, GpuRank rank) {
        Driver driver = Driver.load();
        int count = Device.count(driver);
        if (index < 0 || index >= count) {
            throw new EngineException("there is no GPU " + index + ": the driver shows " + count
                    + (count == 1 ? " GPU, number 0" : " GPUs, numbered from 0"));
        }
        return new CudaEngine(driver, index, cacheFolder, options, rank);
    }

    /// This rank's end of the communicator, opened at the first call.
    private Nccl.Group group() {
        if (group == null) {
            if (rank.ranks() == 1) {
                throw new EngineException("a program of several ranks on an engine of one");
            }
            long before = memory().contextBytes();
            group = Nccl.load().open(rank.ranks(), rank.id(), rank.rank());
            group.warmUp(device, stream);
            linkBytes = Math.max(0, memory().contextBytes() - before);
        }
        return group;
    }

    /// Ends the collectives that wait for other ranks, after one of them has failed. May be called by any thread.
    @Override
    public void abortCollectives() {
        Nccl.Group open = group;
        if (open != null) {
            open.abort();
        }
    }

    /// The workspace model of every GPU, for planning without a device.
    public static WorkspaceModel workspaceModel() {
        return new CudaWorkspace();
    }

    @Override
    public String name() {
        return String.valueOf(device.index());
    }

    @Override
    public String description() {
        return device.name() + " (GPU " + device.index() + ", compute capability " + device.capability() / 10 + "."
                + device.capability() % 10 + "), cuDNN " + cudnn.library().versionText();
    }

    @Override
    public DType mixedPrecision() {
        return DType.F16;
    }

    @Override
    public boolean supports(DType activations) {
        return switch (activations) {
            case F32, F16 -> true;
            case BF16 -> device.capability() >= BF16_CAPABILITY;
            case U8, I32 -> false;
        };
    }

    @Override
    public WorkspaceModel workspace() {
        return new CudaWorkspace(options.overlap());
    }

    @Override
    public Recompute.Policy recompute() {
        return Recompute.Policy.DEFAULT;
    }

    /// The next batch is copied into the arena's staging area while the current step runs.
    @Override
    public boolean staging() {
        return true;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public List<TunedConvolution> tunedConvolutions() {
        return tuningCache.tuned();
    }

    /// Whether convolutions were tuned on this device before the engine was opened.
    @Override
    public boolean isTuned() {
        return tuned;
    }

    /// Limits the memory that this process holds on the device right after [#reserve(List)], bytes. CUDA graphs are
    /// captured later and need some more.
    @Override
    public void limit(long bytes) {
        limit = bytes;
    }

    /// @throws OutOfDeviceMemoryException also if arena, context and modules together exceed the limit of the process
    @Override
    public void reserve(List<Program> programs) {
        if (context != null) {
            throw new EngineException("memory is already reserved: pass all programs of a run to one call of reserve");
        }
        ArenaLayout planned = ArenaLayout.of(programs, true);
        List<Convolutions.Site> sites = new ArrayList<>();
        programs.forEach(program -> sites.addAll(convolutions(program, planned)));
        long operandBytes = sites.stream().map(Convolutions.Site::problem)
                .mapToLong(Convolutions::operandBytes).max().orElse(0);
        memoryMonitor.require(device, planned.bytes(), operandBytes + Kernels.WORKSPACE_CAP);
        convolutions.prepare(sites);
        memoryMonitor.requireWithin(device, planned.bytes(), limit);
        long base = device.allocate(planned.bytes())
                .orElseThrow(() -> memoryMonitor.outOfMemory(device, planned.bytes()));
        context = context(planned, base);
        stream.fill(base, (byte) 0, planned.bytes());
        stream.synchronize();
        state.bind(planned, base);
    }

    private CudaContext context(ArenaLayout layout, long base) {
        return new CudaContext(options, device, streams, pinned, staging, sources, kernels, memory, layout, base);
    }

    /// The convolutions of a program. They depend on alignments only, which do not change with the arena's
    /// address; it is 0 here.
    private List<Convolutions.Site> convolutions(Program program, ArenaLayout planned) {
        CudaContext shapes = context(planned, 0);
        List<Convolutions.Site> sites = new ArrayList<>();
        for (int i = 0; i < program.graph().nodes().size(); i++) {
            Kernels.convolution(shapes.kernel(program, i, memory)).ifPresent(sites::add);
        }
        return sites;
    }

    @Override
    public Executable compile(Program program) {
        if (context == null) {
            reserve(List.of(program));
        }
        ArenaLayout layout = context.layout();
        if (!layout.fits(program)) {
            throw new EngineException("this program needs " + ArenaLayout.of(List.of(program), true).bytes()
                    + " bytes or other persistent buffers than were reserved (" + layout.bytes() + " bytes, "
                    + layout.persistentSizes().keySet() + "): pass all programs of a run to one call of reserve");
        }
        convolutions.prepare(convolutions(program, layout));
        return new CudaExecutable(context, program);
    }

    @Override
    public MemorySegment hostMemory(long bytes) {
        return pinned.allocate(bytes);
    }

    /// Current memory use of the device.
    @Override
    public DeviceMemoryReport memory() {
        return memoryMonitor.report(device, context == null ? 0 : context.layout().bytes());
    }

    @Override
    public long linkBytes() {
        return linkBytes;
    }

    /// Bandwidth of a large device-to-device copy in bytes per second, reads plus writes. Allocates 2 GiB temporarily.
    public double copyBandwidth() {
        return copyBandwidth(COPIED_BYTES);
    }

    /// Bandwidth of a device-to-device copy in bytes per second, reads plus writes. Allocates twice its bytes
    /// temporarily.
    @Override
    public double copyBandwidth(long bytes) {
        return MemoryMonitor.copyBandwidth(device, stream, bytes);
    }

    /// Name that the driver reports: `NVIDIA GeForce RTX 3060`.
    @Override
    public String deviceName() {
        return device.name();
    }

    /// Compute capability times ten.
    @Override
    public int capability() {
        return device.capability();
    }

    /// Number of streaming multiprocessors.
    @Override
    public int multiprocessors() {
        return device.multiprocessors();
    }

    /// Milliseconds of every algorithm that the autotuner has timed since this engine was opened, by algorithm name.
    public Map<ConvolutionProblem, Map<String, Float>> convolutionTimings() {
        return convolutions.timings();
    }

    @Override
    public void close() {
        stream.synchronize();
        abortCollectives(); // nothing is pending, unless another rank failed
        convolutions.close();
        cudnn.close();
        sideCudnn.close();
        staging.close();
        state.close();
        pinned.close();
        if (context != null) {
            device.free(context.base());
        }
        streams.close();
        memory.close();
        device.close();
    }
}
