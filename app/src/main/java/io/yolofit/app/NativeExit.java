package io.yolofit.app;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// The end of the process in the C library.
///
/// Java ends with `exit`, which runs the destructors of all native libraries while other threads still are in them: a
/// step of libtorch that outlasts the wait for it, a rank that hangs, an image that is being decoded. Such a thread
/// reads freed memory, and the process dies of a segmentation fault instead of ending with its exit code. Handlers of
/// `on_exit` run before those that were registered earlier, and get the exit code; ours is `_exit`, which ends the
/// process at once. Files need no handler: Java has written them.
final class NativeExit {
    private NativeExit() {
    }

    /// Makes the end of this process skip the destructors of the libraries that are loaded by now. Does nothing where
    /// the C library has no `on_exit` (other than glibc).
    @SuppressWarnings("restricted")
    static void skipDestructors() {
        SymbolLookup library = Linker.nativeLinker().defaultLookup();
        Optional<MemorySegment> onExit = library.find("on_exit");
        Optional<MemorySegment> exit = library.find("_exit");
        if (onExit.isEmpty() || exit.isEmpty()) {
            return;
        }
        var register = Linker.nativeLinker().downcallHandle(onExit.get(), FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        try {
            int failed = (int) register.invokeExact(exit.get(), MemorySegment.NULL);
            if (failed != 0) {
                System.getLogger(NativeExit.class.getName()).log(System.Logger.Level.DEBUG, "on_exit returns {0}",
                        failed);
            }
        } catch (Throwable e) {
            throw new IllegalStateException("on_exit cannot be called", e);
        }
    }
}
