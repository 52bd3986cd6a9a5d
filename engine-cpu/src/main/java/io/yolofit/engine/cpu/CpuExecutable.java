package io.yolofit.engine.cpu;

import io.yolofit.engine.EngineException;
import io.yolofit.engine.Executable;
import io.yolofit.engine.comm.CommunicationException;
import io.yolofit.engine.comm.Communicator;
import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/// A program as a list of bound kernels. Each kernel runs in its own [PointerScope], which closes every native object
/// that the kernel created except its results. Values are freed after their last reader.
final class CpuExecutable implements Executable {
    private static final long ALIGNMENT = 64;

    private final Graph graph;
    private final Arena arena = Arena.ofShared();
    private final Map<String, MemorySegment> inputs = new TreeMap<>();
    private final TensorTable tensors;
    private final List<Kernel> kernels = new ArrayList<>();
    private final List<List<Value>> dying;

    CpuExecutable(Program program, CpuState state, Workers workers, Communicator group) {
        graph = program.graph();
        tensors = new TensorTable(graph.values().stream().mapToInt(Value::id).max().orElse(-1) + 1);
        dying = lastReads();
        try {
            placeInputs(state);
            bindKernels(new Kernels(program, workers, group));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void placeInputs(CpuState state) {
        try (var _ = new PointerScope()) {
            for (Value input : graph.inputs()) {
                boolean persistent = input.role().persistent();
                MemorySegment memory = persistent ? state.of(input)
                        : arena.allocate(Math.max(1, input.type().bytes()), ALIGNMENT);
                if (!persistent) {
                    inputs.put(input.name(), memory);
                }
                tensors.put(input, Tensors.over(memory, input.type()));
            }
        }
    }

    private void bindKernels(Kernels binder) {
        for (Node node : graph.nodes()) {
            try {
                kernels.add(binder.bind(node));
            } catch (RuntimeException e) {
                throw EngineException.in("cpu", node, e);
            }
        }
    }

    /// For each node, the values to free after it: those that it reads last, and its outputs that no node reads.
    private List<List<Value>> lastReads() {
        Map<Value, Integer> last = new HashMap<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            for (Value output : graph.nodes().get(i).outputs()) {
                last.put(output, i);
            }
            for (Value input : graph.nodes().get(i).inputs()) {
                last.put(input, i);
            }
        }
        List<List<Value>> lists = new ArrayList<>();
        graph.nodes().forEach(node -> lists.add(new ArrayList<>()));
        last.forEach((value, index) -> {
            if (!value.isInput() && !graph.isOutput(value)) {
                lists.get(index).add(value);
            }
        });
        return lists;
    }

    @Override
    public void write(String input, MemorySegment data) {
        MemorySegment memory = inputs.get(input);
        if (memory == null && graph.hasInput(input)) {
            throw new EngineException("input '" + input
                    + "' is persistent: write it through the engine's state");
        }
        if (memory == null) {
            throw new EngineException("the program has no input '" + input + "' to write; it has " + inputs.keySet());
        }
        if (data.byteSize() > graph.input(input).type().bytes()) {
            throw new EngineException("input '" + input + "' is " + graph.input(input).type() + ", "
                    + graph.input(input).type().bytes() + " bytes, but was given " + data.byteSize());
        }
        memory.asSlice(0, data.byteSize()).copyFrom(data);
    }

    @Override
    public void written() {
        // write() copies synchronously
    }

    @Override
    public void run() {
        run((node, nanoseconds) -> { });
    }

    @Override
    public void profile(NodeTimes times) {
        run(times);
    }

    private void run(NodeTimes times) {
        try (var _ = new NoGradGuard()) {
            for (int i = 0; i < kernels.size(); i++) {
                Node node = graph.nodes().get(i);
                node.outputs().forEach(tensors::free);
                long start = System.nanoTime();
                try (var _ = new PointerScope()) {
                    kernels.get(i).run(tensors);
                } catch (CommunicationException e) {
                    throw e; // says which rank failed, and where
                } catch (RuntimeException e) {
                    throw EngineException.in("cpu", node, e);
                }
                dying.get(i).forEach(tensors::free);
                times.took(node, System.nanoTime() - start);
            }
        }
    }

    @Override
    public Fetch fetch(String output) {
        float[] values = read(output);
        return () -> values;
    }

    @Override
    public float[] read(String output) {
        Value value = graph.output(output);
        if (!tensors.holds(value)) {
            throw new EngineException("output '" + output + "' has no value yet: run the program first");
        }
        try (var _ = new PointerScope()) {
            Tensor tensor = Tensors.packed(tensors.get(value));
            if (value.dtype() != DType.F32) {
                tensor = tensor.to(Tensors.scalarType(DType.F32));
            }
            return Tensors.memory(tensor).toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    @Override
    public void close() {
        graph.values().forEach(tensors::free);
        arena.close();
    }
}
