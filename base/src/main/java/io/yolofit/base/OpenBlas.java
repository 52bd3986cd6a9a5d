package io.yolofit.base;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// OpenBLAS, which libtorch calls for matrix products. It has one pool of threads for the whole process.
public final class OpenBlas {
    private OpenBlas() {}

    /// Makes every product run in the thread that calls it. Threads that compute at the same time would otherwise wait
    /// for each other at the pool: two ranks on two cores took ten times as long.
    ///
    /// Does nothing where the loaded library has no such function. [NativeBundle#OPENBLAS] must be loaded.
    @SuppressWarnings("restricted")
    public static void computeInCallersThread() {
        Optional<MemorySegment> function = SymbolLookup.loaderLookup().find("openblas_set_num_threads");
        if (function.isEmpty()) {
            System.getLogger(OpenBlas.class.getName()).log(System.Logger.Level.DEBUG,
                    "OpenBLAS has no openblas_set_num_threads; ranks of one process may be slow");
            return;
        }
        MethodHandle set = Linker.nativeLinker().downcallHandle(function.get(),
                FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
        try {
            set.invokeExact(1);
        } catch (Throwable e) {
            throw new IllegalStateException("openblas_set_num_threads cannot be called", e);
        }
    }
}
