package io.yolofit.engine.cpu.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.Optional;

/// Settings of the C library's allocator. By default glibc unmaps every large tensor as soon as it is freed, and the
/// next step maps and zeroes the same pages, which takes a good part of a training step.
public final class NativeMemory {
    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_MAX = -4;
    private static final int M_ARENA_MAX = -8;
    private static final int KEEP_BYTES = Integer.MAX_VALUE;
    private static final int PAD_BYTES = 64 << 20;

    /// `struct mallinfo2`: ten numbers of type `size_t`; `hblkhd` and `uordblks` are those of allocated bytes.
    private static final int MALLINFO_COUNTERS = 10;
    private static final int MALLINFO_MAPPED = 4;
    private static final int MALLINFO_IN_USE = 7;

    private NativeMemory() {
    }

    /// Makes the allocator keep freed memory for the next tensor. Does nothing where the C library has no `mallopt`
    /// (other than glibc).
    @SuppressWarnings("restricted")
    public static void keepFreedMemory() {
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
                        "the C library accepted {0} of 4 allocator settings", accepted);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("mallopt cannot be called", e);
        }
    }

    /// Bytes that the program has allocated with the C library, and that are not freed. This is where libtorch, OpenCV,
    /// the memory of Java's `Arena` and most of the virtual machine's own data are. Empty where the C library has no
    /// `mallinfo2` (other than glibc 2.33 and newer).
    @SuppressWarnings("restricted")
    public static Optional<Long> allocatedBytes() {
        return Linker.nativeLinker().defaultLookup().find("mallinfo2").map(function -> {
            MemoryLayout counters = MemoryLayout.structLayout(Collections.nCopies(MALLINFO_COUNTERS,
                    ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new));
            var mallinfo = Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(counters));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment values = (MemorySegment) mallinfo.invokeExact((SegmentAllocator) arena);
                return values.getAtIndex(ValueLayout.JAVA_LONG, MALLINFO_MAPPED)
                        + values.getAtIndex(ValueLayout.JAVA_LONG, MALLINFO_IN_USE);
            } catch (Throwable e) {
                throw new IllegalStateException("mallinfo2 cannot be called", e);
            }
        });
    }
}
