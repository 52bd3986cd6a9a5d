package io.yolofit.engine.cuda.dnn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.yolofit.engine.cuda.driver.CudaException;
import io.yolofit.engine.cuda.driver.NativeLibrary;
import io.yolofit.engine.cuda.driver.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// A handle of cuDNN's backend (graph) API, version 9. The result of every call is checked.
public final class Cudnn implements AutoCloseable {
    private static final int SUCCESS = 0;
    private static final long LONGEST_MESSAGE = 2048;
    private static final int OLDEST = 90200;

    private final Library library;
    private final MemorySegment handle;
    private long streamOfHandle;

    private Cudnn(Library library, MemorySegment handle) {
        this.library = library;
        this.handle = handle;
    }

    /// The shared library and the functions of it that are used.
    public static final class Library {
        private final NativeLibrary library;
        private final MethodHandle version;
        private final MethodHandle create;
        private final MethodHandle destroy;
        private final MethodHandle setStream;
        private final MethodHandle lastError;
        private final MethodHandle errorText;
        private final MethodHandle createDescriptor;
        private final MethodHandle destroyDescriptor;
        private final MethodHandle setAttribute;
        private final MethodHandle getAttribute;
        private final MethodHandle complete;
        private final MethodHandle execute;

        private Library(NativeLibrary library) {
            this.library = library;
            version = library.function("cudnnGetVersion", FunctionDescriptor.of(JAVA_LONG));
            create = library.function("cudnnCreate", ADDRESS);
            destroy = library.function("cudnnDestroy", ADDRESS);
            setStream = library.function("cudnnSetStream", ADDRESS, JAVA_LONG);
            lastError = library.function("cudnnGetLastErrorString", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG));
            errorText = library.function("cudnnGetErrorString", FunctionDescriptor.of(ADDRESS, JAVA_INT));
            createDescriptor = library.function("cudnnBackendCreateDescriptor", JAVA_INT, ADDRESS);
            destroyDescriptor = library.function("cudnnBackendDestroyDescriptor", ADDRESS);
            setAttribute = library.function("cudnnBackendSetAttribute", ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG,
                    ADDRESS);
            getAttribute = library.function("cudnnBackendGetAttribute", ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG,
                    ADDRESS, ADDRESS);
            complete = library.function("cudnnBackendFinalize", ADDRESS);
            execute = library.function("cudnnBackendExecute", ADDRESS, ADDRESS, ADDRESS);
        }

        /// @throws CudaException if the library is missing or too old
        public static Library load() {
            Library library = new Library(NativeLibrary.load("cuDNN", "libcudnn.so.9", "libcudnn.so"));
            if (library.version() < OLDEST) {
                throw new CudaException("cuDNN is " + library.versionText() + ", but 9.2 or newer is needed");
            }
            return library;
        }

        /// Version as a number: 91900 for 9.19.0.
        public int version() {
            try {
                return Math.toIntExact((long) version.invokeExact());
            } catch (Throwable e) {
                throw new CudaException("cudnnGetVersion could not be called", e);
            }
        }

        /// Version as text: `9.19.0`.
        public String versionText() {
            int number = version();
            return number / 10000 + "." + number / 100 % 100 + "." + number % 100;
        }

        /// File name under which the library was found.
        public String file() {
            return library.name();
        }
    }

    /// Creates a handle on the current device.
    public static Cudnn open(Library library) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            Cudnn cudnn = new Cudnn(library, MemorySegment.NULL);
            cudnn.check("cudnnCreate", invoke(library.create, result));
            return new Cudnn(library, result.get(ADDRESS, 0));
        }
    }

    public Library library() {
        return library;
    }

    MemorySegment handle() {
        return handle;
    }

    Descriptor descriptor(int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            check("cudnnBackendCreateDescriptor", invoke(library.createDescriptor, type, result));
            return new Descriptor(this, result.get(ADDRESS, 0));
        }
    }

    void destroy(MemorySegment descriptor) {
        check("cudnnBackendDestroyDescriptor", invoke(library.destroyDescriptor, descriptor));
    }

    void set(MemorySegment descriptor, Attribute attribute, int type, long count, MemorySegment values) {
        check("cudnnBackendSetAttribute of attribute " + attribute,
                invoke(library.setAttribute, descriptor, attribute.number(), type, count, values));
    }

    /// Returns the number of values of an attribute; stores at most `count` of them.
    long get(MemorySegment descriptor, Attribute attribute, int type, long count, MemorySegment values) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actual = arena.allocate(JAVA_LONG);
            check("cudnnBackendGetAttribute of attribute " + attribute,
                    invoke(library.getAttribute, descriptor, attribute.number(), type, count, actual, values));
            return actual.get(JAVA_LONG, 0);
        }
    }

    void complete(MemorySegment descriptor) {
        check("cudnnBackendFinalize", invoke(library.complete, descriptor));
    }

    /// Finalizes a descriptor like [#complete(MemorySegment)], but returns cuDNN's error instead of throwing: not every
    /// configuration of the heuristics is supported.
    Optional<String> refusal(MemorySegment descriptor) {
        int code = invoke(library.complete, descriptor);
        return code == SUCCESS ? Optional.empty() : Optional.of(error(code));
    }

    void execute(Stream stream, MemorySegment executionPlan, MemorySegment variantPack) {
        if (stream.handle() != streamOfHandle) {
            check("cudnnSetStream", invoke(library.setStream, handle, stream.handle()));
            streamOfHandle = stream.handle();
        }
        check("cudnnBackendExecute", invoke(library.execute, handle, executionPlan, variantPack));
    }

    private void check(String what, int code) {
        if (code != SUCCESS) {
            throw new CudaException(what + " failed: " + error(code));
        }
    }

    @SuppressWarnings("restricted")
    private String error(int code) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = (MemorySegment) library.errorText.invokeExact(code);
            MemorySegment message = arena.allocate(LONGEST_MESSAGE);
            library.lastError.invokeExact(message, LONGEST_MESSAGE);
            return name.reinterpret(LONGEST_MESSAGE).getString(0) + " (" + code + ") " + message.getString(0);
        } catch (Throwable e) {
            throw new CudaException("cuDNN's error " + code + " could not be read", e);
        }
    }

    private static int invoke(MethodHandle function, Object... arguments) {
        return NativeLibrary.call("cuDNN", function, arguments);
    }

    @Override
    public void close() {
        check("cudnnDestroy", invoke(library.destroy, handle));
    }
}
