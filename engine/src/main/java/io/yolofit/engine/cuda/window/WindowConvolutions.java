package io.yolofit.engine.cuda.window;

import io.yolofit.engine.cuda.dnn.ConvolutionPlan;
import io.yolofit.engine.cuda.dnn.ConvolutionProblem;
import io.yolofit.engine.cuda.driver.Device;
import io.yolofit.engine.cuda.driver.Launch;
import io.yolofit.engine.cuda.driver.Sources;
import io.yolofit.engine.cuda.driver.Stream;
import java.lang.foreign.Arena;
import java.util.List;

/// Our own kernels for convolutions of 3x3 windows, to be chosen where they are faster than cuDNN's.
///
/// @param memory for kernels' arguments, as long as the engine lives
public record WindowConvolutions(Device device, Sources sources, Arena memory) implements ConvolutionPlan.Source {
    @Override
    public List<ConvolutionPlan> plans(ConvolutionProblem problem) {
        if (WindowGradientKernels.serves(problem, device)) {
            return List.of(new Plan(problem, "window.gradient", WindowGradientKernels.workspace(problem),
                    (x, w, y, workspace) -> WindowGradientKernels.bind(problem, device, sources, memory, x, w, y,
                            workspace)));
        }
        return WindowKernels.cuts(problem, device).stream().map(cut -> (ConvolutionPlan) new Plan(problem, cut.text(),
                0, (x, w, y, _) -> WindowKernels.bind(problem, cut, device, sources, memory, x, w, y))).toList();
    }

    /// Gives kernels their addresses.
    @FunctionalInterface
    private interface Binding {
        List<Launch> bind(long x, long w, long y, long workspace);
    }

    private record Plan(ConvolutionProblem problem, String choice, long workspaceBytes, Binding binding)
            implements ConvolutionPlan {
        @Override
        public Bound bind(long x, long w, long y, long workspace) {
            return new Ready(binding.bind(x, w, y, workspace));
        }

        @Override
        public void close() {
            // its code belongs to the device, and its arguments to the engine
        }
    }

    private record Ready(List<Launch> launches) implements ConvolutionPlan.Bound {
        @Override
        public void enqueue(Stream stream) {
            launches.forEach(launch -> launch.enqueue(stream));
        }

        @Override
        public void close() {
            // as the plan
        }
    }
}
