package io.yolofit.engine.cuda.dnn;

import io.yolofit.engine.cuda.driver.CudaException;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Event;
import io.yolofit.engine.cuda.driver.Stream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The best plan of every convolution: of our own and the first few that cuDNN's heuristics propose and that fit the
/// workspace, the one that is fastest when tried. Choices are kept on disk, so that the next run of the same programs
/// on the same kind of device decides the same, and gives the same numbers.
public final class Convolutions implements AutoCloseable {
    /// Enough to find the best: with eight, a step of yolov8m at batch 16 is 1.4 % longer on an H200.
    public static final int TRIED = 20;

    /// So many of them at first, and the others where a convolution takes long: [Autotuner].
    private static final int TRIED_FIRST = 8;

    /// Tries nothing: takes our own kernels wherever there are some. For tests.
    public static final int OWN = 0;

    /// fp32 is for comparing, and its kernels are slow to compile.
    private static final int TRIED_IN_F32 = 2;
    private static final byte PATTERN = 0x2a; // as fp16 or bf16 a small number: timing on zeros flatters

    private final Cudnn main;
    private final Cudnn beside;
    private final ConvolutionAlgorithm.Source own;
    private final Device device;
    private final Stream stream;
    private final TuningCache cache;
    private final long workspaceCap;
    private final int tried;
    private final Map<ConvolutionProblem, ConvolutionAlgorithm> plans = new HashMap<>();
    private final Map<ConvolutionProblem, Map<String, Float>> trials = new HashMap<>();

    /// @param main for convolutions that run one after the other
    /// @param beside for gradients of weights, which may run beside them: a handle may have memory of its own, and
    /// serves one stream at a time
    /// @param own kernels beside cuDNN's
    /// @param stream to try plans on
    /// @param workspaceCap most bytes of scratch memory a plan may use
    /// @param tried how many proposals to time for a convolution beside our own kernels, or [#OWN]
    public Convolutions(Cudnn main, Cudnn beside, ConvolutionAlgorithm.Source own, Device device, Stream stream,
            TuningCache cache, long workspaceCap, int tried) {
        this.main = main;
        this.beside = beside;
        this.own = own;
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
    public ConvolutionAlgorithm plan(ConvolutionProblem problem) {
        ConvolutionAlgorithm plan = plans.get(problem);
        if (plan == null) {
            throw new CudaException("no plan was prepared for the convolution " + problem.key());
        }
        return plan;
    }

    private ConvolutionAlgorithm choose(ConvolutionProblem problem, long memory) {
        List<ConvolutionAlgorithm> candidates = new ArrayList<>(own.plans(problem));
        if (tried == OWN && !candidates.isEmpty()) {
            return candidates.getFirst();
        }
        Cudnn cudnn = problem.direction() == ConvolutionProblem.Direction.WEIGHT ? beside : main;
        try (ConvolutionGraph graph = new ConvolutionGraph(cudnn, problem)) {
            Optional<ConvolutionAlgorithm> kept = cache.find(problem).flatMap(name -> kept(name, candidates, graph));
            if (kept.isPresent()) {
                milliseconds(kept.get(), memory, 1, 1); // loads its kernels: impossible while a graph is captured
                return kept.get();
            }
            int most = Math.max(1, problem.type().isHalf() ? tried : Math.min(tried, TRIED_IN_F32));
            List<CudnnAlgorithm> first = graph.plans(0, Math.min(most, TRIED_FIRST), workspaceCap);
            candidates.addAll(first);
            if (candidates.isEmpty()) {
                throw new CudaException("cuDNN " + cudnn.library().versionText() + " has no kernel for the convolution "
                        + problem.key() + " with at most " + workspaceCap + " bytes of scratch memory: "
                        + graph.refusals());
            }
            Autotuner trial = new Autotuner((plan, rounds, runs) -> milliseconds(plan, memory, rounds, runs),
                    candidates, () -> first.size() < TRIED_FIRST ? List.of()
                            : graph.plans(first.getLast().rank() + 1, most - TRIED_FIRST, workspaceCap));
            trials.put(problem, trial.all());
            cache.put(problem, trial.fastest().choice(), trial.milliseconds());
            return trial.fastest();
        }
    }

    /// The plan that was chosen in an earlier run, if it is there in this one.
    private Optional<ConvolutionAlgorithm> kept(String name, List<ConvolutionAlgorithm> own, ConvolutionGraph graph) {
        Optional<ConvolutionAlgorithm> ours = own.stream().filter(plan -> plan.choice().equals(name)).findFirst();
        return ours.isPresent() || !name.matches("\\d{1,3}") ? ours
                : graph.plan(Integer.parseInt(name), workspaceCap).map(ConvolutionAlgorithm.class::cast);
    }

    /// The least time of a run in several rounds.
    private float milliseconds(ConvolutionAlgorithm plan, long memory, int rounds, int runs) {
        ConvolutionProblem problem = plan.problem();
        long w = memory + align(problem.xBytes());
        long y = w + align(problem.wBytes());
        float best = Float.MAX_VALUE;
        try (ConvolutionAlgorithm.Bound bound = plan.bind(memory, w, y, y + align(problem.yBytes()));
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

    /// Milliseconds of every plan that this object tried, by its name.
    public Map<ConvolutionProblem, Map<String, Float>> trials() {
        return Collections.unmodifiableMap(trials);
    }

    @Override
    public void close() {
        plans.values().forEach(ConvolutionAlgorithm::close);
    }
}
