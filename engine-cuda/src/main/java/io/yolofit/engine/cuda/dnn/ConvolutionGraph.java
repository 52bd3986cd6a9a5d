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
        Descriptor x = tensor(X, problem.x(), problem.type(), true);
        Descriptor w = tensor(W, problem.w(), problem.type(), problem.aligned());
        Descriptor y = tensor(Y, problem.y(), problem.type(), true);
        Descriptor convolution = convolution();
        float beta = problem.accumulate() ? 1 : 0;
        Descriptor operation = switch (problem.direction()) {
            case FORWARD -> own(cudnn.descriptor(Descriptor.OPERATION_FORWARD))
                    .number(Attribute.OPERATION_CONVOLUTION_FORWARD_ALPHA, 1f)
                    .number(Attribute.OPERATION_CONVOLUTION_FORWARD_BETA, beta)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_FORWARD_CONV_DESC, convolution)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_FORWARD_W, w)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_FORWARD_X, x)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_FORWARD_Y, y);
            case DATA -> own(cudnn.descriptor(Descriptor.OPERATION_BACKWARD_DATA))
                    .number(Attribute.OPERATION_CONVOLUTION_BWD_DATA_ALPHA, 1f)
                    .number(Attribute.OPERATION_CONVOLUTION_BWD_DATA_BETA, beta)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC, convolution)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_BWD_DATA_W, w)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_BWD_DATA_DX, x)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_BWD_DATA_DY, y);
            case WEIGHT -> own(cudnn.descriptor(Descriptor.OPERATION_BACKWARD_FILTER))
                    .number(Attribute.OPERATION_CONVOLUTION_BWD_FILTER_ALPHA, 1f)
                    .number(Attribute.OPERATION_CONVOLUTION_BWD_FILTER_BETA, beta)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC, convolution)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_BWD_FILTER_DW, w)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_BWD_FILTER_X, x)
                    .descriptor(Attribute.OPERATION_CONVOLUTION_BWD_FILTER_DY, y);
        };
        operation.complete();
        graph = own(cudnn.descriptor(Descriptor.OPERATION_GRAPH))
                .handleOf(Attribute.OPERATIONGRAPH_HANDLE, cudnn)
                .descriptor(Attribute.OPERATIONGRAPH_OPS, operation).complete();
    }

    private Descriptor convolution() {
        Window window = problem.window();
        return own(cudnn.descriptor(Descriptor.CONVOLUTION))
                .dataType(Attribute.CONVOLUTION_COMP_TYPE, dataType(DType.F32))
                .convolutionMode(Attribute.CONVOLUTION_CONV_MODE, CROSS_CORRELATION)
                .numbers(Attribute.CONVOLUTION_DILATIONS, window.dilation(), window.dilation())
                .numbers(Attribute.CONVOLUTION_FILTER_STRIDES, window.stride(), window.stride())
                .numbers(Attribute.CONVOLUTION_POST_PADDINGS, window.padding(), window.padding())
                .numbers(Attribute.CONVOLUTION_PRE_PADDINGS, window.padding(), window.padding())
                .numbers(Attribute.CONVOLUTION_SPATIAL_DIMS, 2).complete();
    }

    /// cuDNN lists dimensions in the order N, C, H, W for every memory layout; the strides describe NHWC.
    private Descriptor tensor(long id, Shape shape, DType type, boolean aligned) {
        long height = shape.dim(1);
        long width = shape.dim(2);
        long channels = shape.dim(3);
        return own(cudnn.descriptor(Descriptor.TENSOR)).dataType(Attribute.TENSOR_DATA_TYPE, dataType(type))
                .numbers(Attribute.TENSOR_DIMENSIONS, shape.dim(0), channels, height, width)
                .numbers(Attribute.TENSOR_STRIDES, height * width * channels, 1, width * channels, channels)
                .numbers(Attribute.TENSOR_UNIQUE_ID, id)
                .numbers(Attribute.TENSOR_BYTE_ALIGNMENT, aligned ? FULL_ALIGNMENT : type.bytes()).complete();
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
        Descriptor executionPlan = cudnn.descriptor(Descriptor.EXECUTION_PLAN)
                .handleOf(Attribute.EXECUTION_PLAN_HANDLE, cudnn)
                .descriptor(Attribute.EXECUTION_PLAN_ENGINE_CONFIG, configuration);
        Optional<String> refusal = executionPlan.refusal();
        if (refusal.isEmpty()
                && executionPlan.number(Attribute.EXECUTION_PLAN_WORKSPACE_SIZE) <= workspaceCap) {
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
            heuristics.descriptor(Attribute.ENGINEHEUR_OPERATION_GRAPH, graph)
                    .heuristicMode(Attribute.ENGINEHEUR_MODE, mode);
            Optional<String> refusal = heuristics.refusal();
            if (refusal.isPresent()) {
                refusals.add(refusal.get());
                return List.of();
            }
            int count = (int) Math.min(heuristics.count(Attribute.ENGINEHEUR_RESULTS), MOST_CONFIGURATIONS);
            Descriptor[] configurations = new Descriptor[count];
            for (int i = 0; i < count; i++) {
                configurations[i] = cudnn.descriptor(Descriptor.ENGINE_CONFIG);
            }
            long read = count == 0 ? 0 : heuristics.read(Attribute.ENGINEHEUR_RESULTS, configurations);
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
        configuration.read(Attribute.ENGINECFG_ENGINE, engine);
        int notes = engine.notes(Attribute.ENGINE_NUMERICAL_NOTE);
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
