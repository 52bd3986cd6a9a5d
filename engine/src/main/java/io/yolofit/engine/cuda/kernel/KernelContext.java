package io.yolofit.engine.cuda.kernel;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.driver.Sources;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.Program;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A node at its place on the device: addresses of its operands, its workspace, and the way to its kernels.
///
/// @param index of the node in its program
/// @param base address of the arena
/// @param memory of the program: what kernels keep on the host lives as long
public record KernelContext(Node node, int index, Program program, ArenaLayout layout, long base, Device device,
        Sources sources,
        Arena memory) {
    DeviceTensor in(int index) {
        return operand(node.input(index));
    }

    DeviceTensor out(int index) {
        return operand(node.output(index));
    }

    private DeviceTensor operand(Value value) {
        return new DeviceTensor(base + layout.offset(program, value), value.type(),
                program.assignment().of(value).pitch());
    }

    /// Address of the scratch memory that [CudaWorkspace] asked for; 0 if it asked for none.
    long workspace() {
        long offset = layout.workspaceOffset(program, index);
        return offset < 0 ? 0 : base + offset;
    }

    /// A kernel of a source file, for activations of a type; grid and arguments follow.
    ///
    /// @param source file among the kernels, as `pool.cu`
    /// @param type defines `TYPE_F32`, `TYPE_F16` or `TYPE_BF16`; null for kernels without activations
    /// @param defines more definitions, as `ACTIVATION=1`
    Launch kernel(String source, String entry, DType type, String... defines) {
        List<String> all = new ArrayList<>();
        if (type != null) {
            all.add("TYPE_" + type.name());
        }
        all.addAll(Arrays.asList(defines));
        return sources.kernel(source, entry, all);
    }

    /// A launch that is complete, with its arguments: DeviceTensor (its address), Long, Integer, Float, or the
    /// memory of a structure.
    CudaKernel launch(Launch launch, Object... arguments) {
        Object[] plain = Arrays.stream(arguments)
                .map(argument -> argument instanceof DeviceTensor operand ? (Object) operand.address()
                : argument).toArray();
        return launch.args(memory, plain)::enqueue;
    }
}
