package io.yolofit.engine.cuda.kernel.binding;

import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.driver.Sources;
import io.yolofit.graph.DType;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.plan.Lane;
import io.yolofit.graph.plan.Program;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A node with the addresses of its operands and its workspace, and access to the kernel sources.
///
/// @param index of the node in its program
/// @param base address of the arena
/// @param memory for kernel arguments in host memory; lives as long as the program
/// @param ownConvolutions whether our own convolution kernels may be used
public record KernelContext(Node node, int index, Program program, ArenaLayout layout, long base, Device device,
        Sources sources, Arena memory, boolean ownConvolutions) {
    public DeviceTensor in(int index) {
        return operand(node.input(index));
    }

    public DeviceTensor out(int index) {
        return operand(node.output(index));
    }

    private DeviceTensor operand(Value value) {
        return new DeviceTensor(base + layout.offset(program, value), value.type(),
                program.assignment().of(value).pitch());
    }

    /// Address of the workspace whose size `CudaWorkspace` gives; 0 if the node has none.
    public long workspace() {
        long offset = layout.workspaceOffset(program, index);
        return offset < 0 ? 0 : base + offset;
    }

    /// Whether the node may overlap nodes of the main stream.
    public boolean overlaps() {
        return program.schedule().steps().get(index).lane() != Lane.MAIN;
    }

    /// A kernel without grid and arguments, compiled for a type of activations.
    ///
    /// @param source file name, such as `shape/max_pool.cu`
    /// @param entry name of the kernel
    /// @param type defines `TYPE_F32`, `TYPE_F16` or `TYPE_BF16`; null for kernels without activations
    /// @param defines further definitions, such as `SILU=1`
    public Launch kernel(String source, String entry, DType type, String... defines) {
        List<String> all = new ArrayList<>();
        if (type != null) {
            all.add("TYPE_" + type.name());
        }
        all.addAll(Arrays.asList(defines));
        return sources.kernel(source, entry, all);
    }

    /// Number of the node's lane. Kernels of different lanes overlap, so they share no global variables.
    public int lane() {
        return program.schedule().steps().get(index).lane().ordinal();
    }

    /// Adds the arguments to a launch: DeviceTensor (passed as its address), Long, Integer, Float, or the memory of a
    /// structure that is passed by value.
    public CudaKernel launch(Launch launch, Object... arguments) {
        Object[] plain = Arrays.stream(arguments)
                .map(argument -> argument instanceof DeviceTensor operand ? (Object) operand.address() : argument)
                .toArray();
        return launch.args(memory, plain)::enqueue;
    }
}
