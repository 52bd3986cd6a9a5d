package io.yolofit.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/// A shared library of the system, found by name by the dynamic loader: `LD_LIBRARY_PATH`, then the loader's cache. It
/// stays loaded until the process ends.
public final class NativeLibrary {
    private static final int RTLD_NOW = 2;
    private static final long LONGEST_MESSAGE = 4096;
    private static final String ABSENT = "No such file or directory";

    private final String name;
    private final SymbolLookup symbols;

    private NativeLibrary(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
    }

    /// Loads the first of these names that the loader finds.
    ///
    /// @param title the library's name in errors: `cuDNN`
    /// @throws CudaException with the loader's reason for each name, and the places it searched
    @SuppressWarnings("restricted")
    public static NativeLibrary load(String title, String... names) {
        List<String> reasons = new ArrayList<>();
        for (String name : names) {
            try {
                return new NativeLibrary(name, SymbolLookup.libraryLookup(name, Arena.global()));
            } catch (IllegalArgumentException e) {
                reasons.add(loaderError(name));
            }
        }
        String path = System.getenv("LD_LIBRARY_PATH");
        String searched = "LD_LIBRARY_PATH (" + (path == null || path.isEmpty() ? "not set" : path) + ")";
        boolean absent = reasons.stream().allMatch(reason -> reason.endsWith(ABSENT));
        throw new CudaException(absent ? title + " was not found: no " + String.join(" or ", names) + " in "
                + searched + " or in the folders of the system's loader" : title + " cannot be loaded: "
                + String.join("; ", reasons) + "; searched " + searched + " and the folders of the system's loader");
    }

    /// File name under which the library was found.
    public String name() {
        return name;
    }

    /// A function that returns an int, usually an error code.
    public MethodHandle function(String symbol, MemoryLayout... arguments) {
        return function(symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    /// @throws CudaException if the library has no such function
    @SuppressWarnings("restricted")
    public MethodHandle function(String symbol, FunctionDescriptor descriptor) {
        MemorySegment address = symbols.find(symbol).orElseThrow(() -> new CudaException(name + " has no function "
                + symbol + ": install a version of it that this program supports"));
        return Linker.nativeLinker().downcallHandle(address, descriptor);
    }

    /// Calls a function that returns an int.
    ///
    /// @param what name of the function or library, for the error if the call itself is impossible
    public static int call(String what, MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new CudaException(what + " could not be called", e);
        }
    }

    /// The loader's error message for a library that it cannot load.
    @SuppressWarnings("restricted")
    private static String loaderError(String name) {
        Linker linker = Linker.nativeLinker();
        var open = linker.defaultLookup().find("dlopen");
        var error = linker.defaultLookup().find("dlerror");
        if (open.isEmpty() || error.isEmpty()) {
            return name + " cannot be opened";
        }
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle dlopen = linker.downcallHandle(open.get(), FunctionDescriptor.of(ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            MethodHandle dlerror = linker.downcallHandle(error.get(), FunctionDescriptor.of(ValueLayout.ADDRESS));
            MemorySegment ignored = (MemorySegment) dlopen.invokeExact(arena.allocateFrom(name), RTLD_NOW);
            MemorySegment message = (MemorySegment) dlerror.invokeExact();
            return message.address() == 0 ? name + " cannot be opened"
                    : message.reinterpret(LONGEST_MESSAGE).getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException("the loader's error cannot be read", e);
        }
    }
}
