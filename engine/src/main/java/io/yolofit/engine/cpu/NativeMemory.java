package io.yolofit.engine.cpu;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// How the C library's allocator is told to behave. By default it gives every large tensor back to the system as soon
/// as it is freed, and the next step pays for mapping and zeroing the same pages again: a good part of a training step.
final class NativeMemory {
    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_MAX = -4;
    private static final int M_ARENA_MAX = -8;
    private static final int KEEP_BYTES = Integer.MAX_VALUE;
    private static final int PAD_BYTES = 64 << 20;

    private NativeMemory() {
    }

    /// Keeps freed memory for the next tensor. Where the C library has no `mallopt` (not glibc), everything works as
    /// before.
    @SuppressWarnings("restricted")
    static void keepFreedMemory() {
        Optional<MemorySegment> mallopt = Linker.nativeLinker().defaultLookup().find("mallopt");
        if (mallopt.isEmpty()) {
            return;
        }
        var option = Linker.nativeLinker().downcallHandle(mallopt.get(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            int accepted = 0;
            accepted += (int) option.invokeExact(M_ARENA_MAX, 1);
            accepted += (int) option.invokeExact(M_MMAP_MAX, 0);
            accepted += (int) option.invokeExact(M_TRIM_THRESHOLD, KEEP_BYTES);
            accepted += (int) option.invokeExact(M_TOP_PAD, PAD_BYTES);
            if (accepted < 4) {
                System.getLogger(NativeMemory.class.getName()).log(System.Logger.Level.DEBUG,
                        "the C library took {0} of 4 allocator settings", accepted);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("mallopt cannot be called", e);
        }
    }
}
