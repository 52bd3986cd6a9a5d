package io.yolofit.engine.cuda.dnn;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A convolution as an operation graph of cuDNN, with the engine configurations that cuDNN's heuristics return for it,
/// expected fastest first. Nondeterministic engines are excluded. In fp32, engines are excluded that use tensor cores,
/// down-convert, or use Fourier or Winograd transforms, because they lose precision.
final class ConvolutionGraph implements AutoCloseable {
    static final long X = 1;
    static final long W = 2;
    static final long Y = 3;

    /// Modes of the heuristics: A, the fallback, and B.
    private static final int[] MODES = {3, 2, 1};
    private static final int CROSS_CORRELATION = 1;
    private static final int MOST_CONFIGURATIONS = 24;
    private static final int NOTE_TENSOR_CORE = 1;
    private static final int NOTE_DOWN_CONVERT = 1 << 1;
    private static final int NOTE_FOURIER = 1 << 3;
    private static final int NOTE_NONDETERMINISTIC = 1 << 4;
    private static final int NOTE_WINOGRAD = 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8;
    private static final int FULL_ALIGNMENT = 16;

    private final Cudnn cudnn;
    private final ConvolutionProblem problem;
    private final boolean tf32;
    private final List<Descriptor> owned = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final Descriptor graph;

    /// @param tf32 whether f32 operands may be rounded to TF32
    ConvolutionGraph(Cudnn cudnn, ConvolutionProblem problem, boolean tf32) {
        this.cudnn = cudnn;
        this.tf32 = tf32;
        this.problem = problem;
        Window window = problem.window();
        Descriptor x = tensor(X, problem.x(), problem.type(), true);
        Descriptor w = tensor(W, problem.w(), problem.type(), problem.aligned());
        Descriptor y = tensor(Y, problem.y(), problem.type(), true);
        Descriptor convolution = own(cudnn.descriptor(Descriptor.CONVOLUTION))
                .dataType(100, dataType(DType.F32)).convolutionMode(101, CROSS_CORRELATION)
                .numbers(102, window.dilation(), window.dilation()).numbers(103, window.stride(), window.stride())
                .numbers(104, window.padding(), window.padding()).numbers(105, window.padding(), window.padding())
                .numbers(106, 2).complete();
        float beta = problem.accumulate() ? 1 : 0;
        Descriptor operation = switch (problem.direction()) {
            case FORWARD -> own(cudnn.descriptor(Descriptor.OPERATION_FORWARD)).number(700, 1f).number(701, beta)
                    .descriptor(702, convolution).descriptor(703, w).descriptor(704, x).descriptor(705, y);
            case DATA -> own(cudnn.descriptor(Descriptor.OPERATION_BACKWARD_DATA)).number(706, 1f).number(707, beta)
                    .descriptor(708, convolution).descriptor(709, w).descriptor(710, x).descriptor(711, y);
            case WEIGHT -> own(cudnn.descriptor(Descriptor.OPERATION_BACKWARD_FILTER)).number(712, 1f)
                    .number(713, beta).descriptor(714, convolution).descriptor(715, w).descriptor(716, x)
                    .descriptor(717, y);
        };
        operation.complete();
        graph = own(cudnn.descriptor(Descriptor.OPERATION_GRAPH)).handleOf(800, cudnn).descriptor(801, operation)
                .complete();
    }

    /// cuDNN lists dimensions in the order N, C, H, W for every memory layout; the strides describe NHWC.
    private Descriptor tensor(long id, Shape shape, DType type, boolean aligned) {
        long height = shape.dim(1);
        long width = shape.dim(2);
        long channels = shape.dim(3);
        return own(cudnn.descriptor(Descriptor.TENSOR)).dataType(901, dataType(type))
                .numbers(902, shape.dim(0), channels, height, width)
                .numbers(903, height * width * channels, 1, width * channels, channels)
                .numbers(906, id).numbers(900, aligned ? FULL_ALIGNMENT : type.bytes()).complete();
    }

    private Descriptor own(Descriptor descriptor) {
        owned.add(descriptor);
        return descriptor;
    }

    private static int dataType(DType type) {
        return switch (type) {
            case F32 -> 0;
            case F16 -> 2;
            case BF16 -> 9;
            case U8, I32 -> throw new IllegalArgumentException("no convolution in " + type.text());
        };
    }

    /// Algorithms whose workspace is at most the cap, in the order of the heuristics: those of mode A, then, if these
    /// are too few, those of the fallback and of mode B. Building one takes about 15 milliseconds, and up to a second
    /// where cuDNN compiles a kernel at run time.
    ///
    /// @param from rank of the first configuration to build; 0 is the first of the heuristics
    /// @param most number of algorithms to build at most
    List<CudnnAlgorithm> algorithms(int from, int most, long workspaceCap) {
        List<CudnnAlgorithm> algorithms = new ArrayList<>();
        int rank = 0;
        for (int mode : MODES) {
            List<Descriptor> configurations = algorithms.size() < most ? configurations(mode) : List.of();
            for (Descriptor configuration : configurations) {
                if (rank >= from && algorithms.size() < most) {
                    algorithm(configuration, rank, workspaceCap).ifPresent(algorithms::add);
                }
                rank++;
                configuration.close();
            }
        }
        return algorithms;
    }

    /// The algorithm of the configuration with this rank.
    Optional<CudnnAlgorithm> algorithm(int wanted, long workspaceCap) {
        Optional<CudnnAlgorithm> algorithm = Optional.empty();
        int rank = 0;
        for (int mode : MODES) {
            List<Descriptor> configurations = rank <= wanted ? configurations(mode) : List.of();
            for (Descriptor configuration : configurations) {
                if (rank++ == wanted) {
                    algorithm = algorithm(configuration, wanted, workspaceCap);
                }
                configuration.close();
            }
        }
        return algorithm;
    }

    private Optional<CudnnAlgorithm> algorithm(Descriptor configuration, int rank, long workspaceCap) {
        if (!isExact(configuration)) {
            return Optional.empty();
        }
        Descriptor executionPlan = cudnn.descriptor(Descriptor.EXECUTION_PLAN).handleOf(400, cudnn)
                .descriptor(401, configuration);
        Optional<String> refusal = executionPlan.refusal();
        if (refusal.isEmpty() && executionPlan.number(402) <= workspaceCap) {
            return Optional.of(new CudnnAlgorithm(cudnn, problem, executionPlan, rank));
        }
        refusals.add(refusal.orElse("a configuration needs a larger workspace"));
        executionPlan.close();
        return Optional.empty();
    }

    /// The reasons for which configurations were rejected, as cuDNN reports them.
    List<String> refusals() {
        return List.copyOf(refusals);
    }

    private List<Descriptor> configurations(int mode) {
        try (Descriptor heuristics = cudnn.descriptor(Descriptor.HEURISTICS)) {
            heuristics.descriptor(201, graph).heuristicMode(200, mode);
            Optional<String> refusal = heuristics.refusal();
            if (refusal.isPresent()) {
                refusals.add(refusal.get());
                return List.of();
            }
            int count = (int) Math.min(heuristics.count(202), MOST_CONFIGURATIONS);
            Descriptor[] configurations = new Descriptor[count];
            for (int i = 0; i < count; i++) {
                configurations[i] = cudnn.descriptor(Descriptor.ENGINE_CONFIG);
            }
            long read = count == 0 ? 0 : heuristics.read(202, configurations);
            List<Descriptor> list = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                if (i < read) {
                    list.add(configurations[i]);
                } else {
                    configurations[i].close();
                }
            }
            return list;
        }
    }

    private boolean isExact(Descriptor configuration) {
        Descriptor engine = cudnn.descriptor(Descriptor.ENGINE);
        configuration.read(300, engine);
        int notes = engine.notes(1303);
        engine.close();
        int refused = NOTE_NONDETERMINISTIC | (problem.type() != DType.F32 ? 0
                : NOTE_DOWN_CONVERT | NOTE_FOURIER | NOTE_WINOGRAD | (tf32 ? 0 : NOTE_TENSOR_CORE));
        return (notes & refused) == 0;
    }

    @Override
    public void close() {
        owned.reversed().forEach(Descriptor::close);
    }
}
