package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// NVRTC, CUDA's run-time compiler: compiles CUDA C to machine code.
public final class Nvrtc {
    private static final int SUCCESS = 0;

    private final NativeLibrary library;
    private final MethodHandle version;
    private final MethodHandle create;
    private final MethodHandle compile;
    private final MethodHandle logSize;
    private final MethodHandle log;
    private final MethodHandle cubinSize;
    private final MethodHandle cubin;
    private final MethodHandle destroy;
    private final MethodHandle errorText;

    private Nvrtc(NativeLibrary library) {
        this.library = library;
        version = library.function("nvrtcVersion", ADDRESS, ADDRESS);
        create = library.function("nvrtcCreateProgram", ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
        compile = library.function("nvrtcCompileProgram", JAVA_LONG, JAVA_INT, ADDRESS);
        logSize = library.function("nvrtcGetProgramLogSize", JAVA_LONG, ADDRESS);
        log = library.function("nvrtcGetProgramLog", JAVA_LONG, ADDRESS);
        cubinSize = library.function("nvrtcGetCUBINSize", JAVA_LONG, ADDRESS);
        cubin = library.function("nvrtcGetCUBIN", JAVA_LONG, ADDRESS);
        destroy = library.function("nvrtcDestroyProgram", ADDRESS);
        errorText = library.function("nvrtcGetErrorString", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    }

    /// @throws CudaException if the library is missing
    public static Nvrtc load() {
        return new Nvrtc(NativeLibrary.load("NVRTC (CUDA's run-time compiler)", "libnvrtc.so.13", "libnvrtc.so.12",
                "libnvrtc.so"));
    }

    /// Version of NVRTC: `13.0`.
    public String version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment major = arena.allocate(JAVA_INT);
            MemorySegment minor = arena.allocate(JAVA_INT);
            check("nvrtcVersion", call(version, major, minor));
            return major.get(JAVA_INT, 0) + "." + minor.get(JAVA_INT, 0);
        }
    }

    /// File name under which the library was found.
    public String library() {
        return library.name();
    }

    /// Compiles a source to a cubin for the compute capability that the options name.
    ///
    /// @param name of the source, for errors
    /// @param headers contents of the headers that it may include, by name
    /// @throws CudaException with the compiler's log
    public byte[] compile(String name, String source, Map<String, String> headers, List<String> options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(ADDRESS);
            check("nvrtcCreateProgram", call(create, program, arena.allocateFrom(source), arena.allocateFrom(name),
                    headers.size(), strings(arena, List.copyOf(headers.values())),
                    strings(arena, List.copyOf(headers.keySet()))));
            long handle = program.get(JAVA_LONG, 0);
            try {
                int code = call(compile, handle, options.size(), strings(arena, options));
                if (code != SUCCESS) {
                    throw new CudaException(name + " does not compile with " + String.join(" ", options) + ": "
                            + text(code) + System.lineSeparator() + new String(bytes(arena, handle, logSize, log),
                            StandardCharsets.UTF_8).replace("\0", ""));
                }
                return bytes(arena, handle, cubinSize, cubin);
            } finally {
                call(destroy, program);
            }
        }
    }

    private byte[] bytes(Arena arena, long program, MethodHandle sizeOf, MethodHandle contentsOf) {
        MemorySegment size = arena.allocate(JAVA_LONG);
        check("NVRTC's size of a result", call(sizeOf, program, size));
        MemorySegment contents = arena.allocate(Math.max(1, size.get(JAVA_LONG, 0)));
        check("NVRTC's result", call(contentsOf, program, contents));
        return contents.toArray(JAVA_BYTE);
    }

    private static MemorySegment strings(Arena arena, List<String> strings) {
        MemorySegment array = arena.allocate(ADDRESS, Math.max(1, strings.size()));
        for (int i = 0; i < strings.size(); i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(strings.get(i)));
        }
        return array;
    }

    private void check(String what, int code) {
        if (code != SUCCESS) {
            throw new CudaException(what + " failed: " + text(code));
        }
    }

    @SuppressWarnings("restricted")
    private String text(int code) {
        try {
            MemorySegment text = (MemorySegment) errorText.invokeExact(code);
            return text.reinterpret(Byte.MAX_VALUE).getString(0) + " (" + code + ")";
        } catch (Throwable e) {
            throw new CudaException("nvrtcGetErrorString could not be called", e);
        }
    }

    private static int call(MethodHandle function, Object... arguments) {
        return NativeLibrary.call("NVRTC", function, arguments);
    }
}
