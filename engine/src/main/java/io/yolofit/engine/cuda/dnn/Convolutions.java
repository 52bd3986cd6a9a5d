package io.yolofit.engine.cuda.dnn;

import io.yolofit.engine.cuda.driver.CudaException;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The best plan of every convolution: of the first few that the heuristics propose and that fit the workspace, the one
/// that is fastest when tried. Choices are kept on disk, so that the next run of the same programs on the same kind of
/// device decides the same, and gives the same numbers.
public final class Convolutions implements AutoCloseable {
    /// Enough to find the best: four miss it for 48 and 80 channels.
    public static final int TRIED = 8;

    /// fp32 is for comparing, and its kernels are slow to compile.
    private static final int TRIED_IN_F32 = 2;
    private static final int ROUNDS = 3;
    private static final int RUNS = 4;
    private static final byte PATTERN = 0x2a; // as fp16 or bf16 a small number: timing on zeros flatters

    private final Cudnn main;
    private final Cudnn beside;
    private final Device device;
    private final Stream stream;
    private final PlanCache cache;
    private final long workspaceCap;
    private final int tried;
    private final Map<ConvolutionProblem, ConvolutionPlan> plans = new HashMap<>();

    /// @param main for convolutions that run one after the other
    /// @param beside for gradients of weights, which may run beside them: a handle may have memory of its own, and
    /// serves one stream at a time
    /// @param stream to try plans on
    /// @param workspaceCap most bytes of scratch memory a plan may use
    /// @param tried        how many proposals to time for a convolution; 1 takes the heuristics' first
    public Convolutions(Cudnn main, Cudnn beside, Device device, Stream stream, PlanCache cache, long workspaceCap,
            int tried) {
        this.main = main;
        this.beside = beside;
        this.device = device;
        this.stream = stream;
        this.cache = cache;
        this.workspaceCap = workspaceCap;
        this.tried = tried;
    }

    /// Decides all of these, in memory that is given back before this returns.
    ///
    /// @throws CudaException if cuDNN has no plan for one, or memory is short
    public void prepare(Collection<ConvolutionProblem> problems) {
        List<ConvolutionProblem> open = problems.stream().distinct().filter(one -> !plans.containsKey(one)).toList();
        if (open.isEmpty()) {
            return;
        }
        long bytes = open.stream().mapToLong(Convolutions::operandBytes).max().orElse(0) + workspaceCap;
        long memory = device.allocate(bytes).orElseThrow(() -> new CudaException("choosing the convolutions' kernels"
                + " takes " + bytes + " bytes of the device for a moment, and they are not free"));
        try {
            stream.fill(memory, PATTERN, bytes);
            for (ConvolutionProblem problem : open) {
                plans.put(problem, choose(problem, memory));
            }
            stream.synchronize();
        } finally {
            device.free(memory);
        }
        cache.save();
    }

    /// Bytes that [#prepare(Collection)] takes for a moment.
    public static long operandBytes(ConvolutionProblem problem) {
        return align(problem.xBytes()) + align(problem.wBytes()) + align(problem.yBytes());
    }

    private static long align(long bytes) {
        return Math.ceilDiv(bytes, 1024L) * 1024;
    }

    /// @throws CudaException if it was not prepared
    public ConvolutionPlan plan(ConvolutionProblem problem) {
        ConvolutionPlan plan = plans.get(problem);
        if (plan == null) {
            throw new CudaException("no plan was prepared for the convolution " + problem.key());
        }
        return plan;
    }

    private ConvolutionPlan choose(ConvolutionProblem problem, long memory) {
        Cudnn cudnn = problem.direction() == ConvolutionProblem.Direction.WEIGHT ? beside : main;
        try (ConvolutionGraph graph = new ConvolutionGraph(cudnn, problem)) {
            OptionalInt known = cache.find(problem);
            Optional<ConvolutionPlan> kept = known.isEmpty() ? Optional.empty()
                    : graph.plan(known.getAsInt(), workspaceCap);
            if (kept.isPresent()) {
                milliseconds(kept.get(), memory, 1, 1); // loads its kernels: impossible while a graph is captured
                return kept.get();
            }
            int tried = problem.type().isHalf() ? this.tried : Math.min(this.tried, TRIED_IN_F32);
            List<ConvolutionPlan> candidates = graph.plans(tried, workspaceCap);
            if (candidates.isEmpty()) {
                throw new CudaException("cuDNN " + cudnn.library().versionText() + " has no kernel for the convolution "
                        + problem.key() + " with at most " + workspaceCap + " bytes of scratch memory: "
                        + graph.refusals());
            }
            return fastest(candidates, memory);
        }
    }

    private ConvolutionPlan fastest(List<ConvolutionPlan> candidates, long memory) {
        Map<ConvolutionPlan, Float> times = new HashMap<>();
        candidates.forEach(plan -> times.put(plan, milliseconds(plan, memory, ROUNDS, RUNS)));
        ConvolutionPlan best = candidates.stream().min(Comparator.comparing(times::get)).orElseThrow();
        closeOthers(candidates, best);
        cache.put(best.problem(), best.rank(), times.get(best));
        return best;
    }

    private static void closeOthers(List<ConvolutionPlan> candidates, ConvolutionPlan chosen) {
        candidates.stream().filter(plan -> plan != chosen).forEach(ConvolutionPlan::close);
    }

    /// The least time of a run in several rounds.
    private float milliseconds(ConvolutionPlan plan, long memory, int rounds, int runs) {
        ConvolutionProblem problem = plan.problem();
        long w = memory + align(problem.xBytes());
        long y = w + align(problem.wBytes());
        float best = Float.MAX_VALUE;
        try (ConvolutionPlan.Bound bound = plan.bind(memory, w, y, y + align(problem.yBytes()));
                Event start = device.event(); Event end = device.event()) {
            bound.enqueue(stream);
            for (int round = 0; round < rounds; round++) {
                start.record(stream);
                for (int run = 0; run < runs; run++) {
                    bound.enqueue(stream);
                }
                end.record(stream);
                end.synchronize();
                best = Math.min(best, end.millisecondsSince(start) / runs);
            }
        }
        return best;
    }

    /// How long a convolution took when it was chosen, if it was tried.
    public Optional<Float> milliseconds(ConvolutionProblem problem) {
        return cache.milliseconds(problem);
    }

    /// What was decided, for reports.
    public List<ConvolutionPlan> plans() {
        return new ArrayList<>(plans.values());
    }

    @Override
    public void close() {
        plans.values().forEach(ConvolutionPlan::close);
    }
}
