package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;

/// NVTX ranges, which name the calls of a thread and the kernels that they launch in profilers such as Nsight Systems.
/// Both functions do nothing if no profiler is attached.
///
/// A captured graph is launched by a single call, whose kernels a profiler cannot assign to ranges. So steps are
/// launched kernel by kernel while ranges are requested.
public final class Nvtx {
    /// The environment variable that requests ranges, with any value but 0.
    public static final String VARIABLE = "YOLOFIT_NVTX";
    /// Of the present toolkits, and of earlier ones.
    private static final String[] LIBRARIES = {"libnvtx3interop.so.1", "libnvToolsExt.so.1"};

    private final MethodHandle push;
    private final MethodHandle pop;

    /// @param push `nvtxRangePushA`
    /// @param pop  `nvtxRangePop`
    Nvtx(MethodHandle push, MethodHandle pop) {
        this.push = push;
        this.pop = pop;
    }

    /// Ranges, if the environment requests them.
    ///
    /// @throws CudaException if they are requested and the library is missing
    public static Optional<Nvtx> requested(Map<String, String> environment) {
        return isRequested(environment.getOrDefault(VARIABLE, "")) ? Optional.of(load()) : Optional.empty();
    }

    static boolean isRequested(String value) {
        return !value.isBlank() && !value.strip().equals("0");
    }

    private static Nvtx load() {
        NativeLibrary library = NativeLibrary.load("NVTX, which the environment variable " + VARIABLE
                + " requests and which is part of CUDA's toolkit and of the Python package nvidia-nvtx,", LIBRARIES);
        return new Nvtx(library.function("nvtxRangePushA", ADDRESS), library.function("nvtxRangePop"));
    }

    /// Runs calls within a range. Their exceptions end it, too.
    public void range(String name, Runnable calls) {
        try (Arena arena = Arena.ofConfined()) {
            NativeLibrary.call("nvtxRangePushA", push, arena.allocateFrom(name));
            try {
                calls.run();
            } finally {
                NativeLibrary.call("nvtxRangePop", pop);
            }
        }
    }
}
