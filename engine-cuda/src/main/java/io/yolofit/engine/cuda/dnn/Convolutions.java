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

/// The algorithms of the convolutions that are tuned: all but those of `FirstConvKernels` and `DepthwiseKernels` in
/// `io.yolofit.engine.cuda.kernel`. Candidates are our own kernels and the first configurations of cuDNN's
/// heuristics that fit the workspace; the [Autotuner] selects the fastest. The tuning cache on disk keeps the
/// selection, so that the next run of the same programs on the same kind of device uses the same algorithms and gives
/// the same bits.
public final class Convolutions implements AutoCloseable {
    /// Most candidates of cuDNN. With 8 instead of 20, a step of yolov8m at batch 16 is 1.4 % longer on an H200.
    public static final int CANDIDATES = 20;

    /// Candidates of cuDNN that are always timed; the others are timed for slow convolutions only: [Autotuner].
    private static final int FIRST_CANDIDATES = 8;

    /// Number of candidates that turns tuning off and uses our own kernels wherever they serve. For tests.
    public static final int OWN = 0;

    /// Exact f32 is used for comparisons, and its kernels are slow to compile.
    private static final int F32_CANDIDATES = 2;
    private static final byte PATTERN = 0x2a; // a small number in fp16 and bf16; kernels run too fast on zeros

    private final Cudnn main;
    private final Cudnn side;
    private final ConvolutionAlgorithm.Source own;
    private final Device device;
    private final Stream stream;
    private final TuningCache cache;
    private final long workspaceCap;
    private final int mostCandidates;
    private final boolean tf32;
    private final Map<Site, ConvolutionAlgorithm> algorithms = new HashMap<>();
    private final Map<ConvolutionProblem, Map<String, Float>> timings = new HashMap<>();

    /// A convolution and where it runs. All streams use the same algorithm of a problem, with two handles of cuDNN: a
    /// handle may own device memory, and serves one convolution at a time.
    ///
    /// @param side whether it may overlap convolutions of the main stream: a weight gradient on the side stream, or a
    ///             convolution in a branch of the forward pass. These two never overlap each other
    public record Site(ConvolutionProblem problem, boolean side) {
    }

    /// @param main handle for convolutions on the main stream
    /// @param side handle for convolutions that overlap those
    /// @param own algorithms other than cuDNN's
    /// @param stream for timing
    /// @param workspaceCap most bytes of workspace of an algorithm
    /// @param mostCandidates most algorithms of cuDNN to time for a convolution, or [#OWN]
    /// @param tf32 whether convolutions in f32 may round their operands to 10 bits of mantissa
    public Convolutions(Cudnn main, Cudnn side, ConvolutionAlgorithm.Source own, Device device, Stream stream,
            TuningCache cache, long workspaceCap, int mostCandidates, boolean tf32) {
        this.main = main;
        this.side = side;
        this.own = own;
        this.device = device;
        this.stream = stream;
        this.cache = cache;
        this.workspaceCap = workspaceCap;
        this.mostCandidates = mostCandidates;
        this.tf32 = tf32;
    }

    /// Selects the algorithms of these convolutions. Allocates device memory for timing and frees it before returning.
    ///
    /// @throws CudaException if a problem has no algorithm, or too little device memory is free
    public void prepare(Collection<Site> sites) {
        List<Site> open = sites.stream().distinct().filter(site -> !algorithms.containsKey(site)).toList();
        if (open.isEmpty()) {
            return;
        }
        long bytes = open.stream().mapToLong(site -> operandBytes(site.problem)).max().orElse(0) + workspaceCap;
        long memory = device.allocate(bytes).orElseThrow(() -> new CudaException("tuning the convolutions needs "
                + bytes + " bytes of device memory temporarily, but they are not free"));
        try {
            stream.fill(memory, PATTERN, bytes);
            for (Site site : open) {
                algorithms.put(site, select(site, memory));
            }
            stream.synchronize();
        } finally {
            device.free(memory);
        }
        cache.save();
    }

    /// Bytes of the operands, which [#prepare(Collection)] allocates temporarily in addition to the workspace.
    public static long operandBytes(ConvolutionProblem problem) {
        return align(problem.xBytes()) + align(problem.wBytes()) + align(problem.yBytes());
    }

    private static long align(long bytes) {
        return Math.ceilDiv(bytes, 1024L) * 1024;
    }

    /// @throws CudaException if the convolution was not prepared
    public ConvolutionAlgorithm algorithm(Site site) {
        ConvolutionAlgorithm algorithm = algorithms.get(site);
        if (algorithm == null) {
            throw new CudaException("no algorithm was selected for the convolution " + site.problem.key());
        }
        return algorithm;
    }

    private ConvolutionAlgorithm select(Site site, long memory) {
        ConvolutionProblem problem = site.problem;
        List<ConvolutionAlgorithm> candidates = new ArrayList<>(own.algorithms(problem));
        if (mostCandidates == OWN && !candidates.isEmpty()) {
            return candidates.getFirst();
        }
        Cudnn cudnn = site.side ? side : main;
        try (ConvolutionGraph graph = new ConvolutionGraph(cudnn, problem, tf32)) {
            Optional<ConvolutionAlgorithm> cached = cache.find(TuningKey.of(problem, tf32))
                    .flatMap(name -> cached(name, candidates, graph));
            if (cached.isPresent()) {
                // loads its modules, which is illegal during graph capture
                milliseconds(cached.get(), memory, 1, 1, Float.MAX_VALUE);
                return cached.get();
            }
            int most = Math.max(1, problem.type().isHalf() || tf32 ? mostCandidates
                    : Math.min(mostCandidates, F32_CANDIDATES));
            List<CudnnAlgorithm> first = graph.algorithms(0, Math.min(most, FIRST_CANDIDATES), workspaceCap);
            candidates.addAll(first);
            if (candidates.isEmpty()) {
                throw new CudaException("cuDNN " + cudnn.library().versionText() + " has no kernel for the convolution "
                        + problem.key() + " with a workspace of at most " + workspaceCap + " bytes: "
                        + graph.refusals());
            }
            Autotuner tuner = new Autotuner((algorithm, rounds, runs, limit) -> milliseconds(algorithm, memory, rounds,
                    runs, limit), candidates, () -> first.size() < FIRST_CANDIDATES ? List.of()
                            : graph.algorithms(first.getLast().rank() + 1, most - FIRST_CANDIDATES, workspaceCap));
            timings.put(problem, tuner.timings());
            cache.put(TuningKey.of(problem, tf32), tuner.fastest().name(), tuner.milliseconds());
            return tuner.fastest();
        }
    }

    /// The algorithm that the tuning cache names, if it still exists.
    private Optional<ConvolutionAlgorithm> cached(String name, List<ConvolutionAlgorithm> own, ConvolutionGraph graph) {
        Optional<ConvolutionAlgorithm> ours = own.stream().filter(one -> one.name().equals(name)).findFirst();
        return ours.isPresent() || !name.matches("\\d{1,3}") ? ours
                : graph.algorithm(Integer.parseInt(name), workspaceCap).map(ConvolutionAlgorithm.class::cast);
    }

    /// Time per run in the fastest of several rounds, see [Autotuner.Clock].
    private float milliseconds(ConvolutionAlgorithm algorithm, long memory, int rounds, int runs, float limit) {
        ConvolutionProblem problem = algorithm.problem();
        long w = memory + align(problem.xBytes());
        long y = w + align(problem.wBytes());
        float best = Float.MAX_VALUE;
        try (ConvolutionAlgorithm.Bound bound = algorithm.bind(memory, w, y, y + align(problem.yBytes()));
                Event start = device.event(); Event end = device.event()) {
            float first = milliseconds(bound, start, end, 1);
            if (first > limit) {
                return first;
            }
            for (int round = 0; round < rounds; round++) {
                best = Math.min(best, milliseconds(bound, start, end, runs));
            }
        }
        return best;
    }

    private float milliseconds(ConvolutionAlgorithm.Bound bound, Event start, Event end, int runs) {
        start.record(stream);
        for (int run = 0; run < runs; run++) {
            bound.enqueue(stream);
        }
        end.record(stream);
        end.synchronize();
        return end.millisecondsSince(start) / runs;
    }

    /// Milliseconds of every candidate that was timed, by algorithm name. Problems of the tuning cache are not timed.
    public Map<ConvolutionProblem, Map<String, Float>> timings() {
        return Collections.unmodifiableMap(timings);
    }

    @Override
    public void close() {
        algorithms.values().forEach(ConvolutionAlgorithm::close);
    }
}
