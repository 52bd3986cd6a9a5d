package io.yolofit.base;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.List;
import org.bytedeco.javacpp.Loader;

/// The native libraries of one JavaCPP jar. [#load] is called before the first use of a class of that jar.
///
/// On Linux this replaces JavaCPP's own loader, which may map libraries of the system into the process:
/// - It extracts and opens one library at a time. On a first run a dependency may not be extracted yet when the dynamic
///   linker looks for it, which then finds a library of that name in `LD_LIBRARY_PATH` or in a system folder.
/// - It also tries optional libraries, such as `libtorch_cuda` or `libcudart`, wherever the system has them.
///
/// Here all libraries of a bundle are extracted into JavaCPP's cache folder and then opened by absolute path,
/// dependencies first. The dynamic linker resolves a dependency by the `SONAME` of an open library before it searches
/// any folder. Only the C and C++ runtime (`libc`, `libm`, `libstdc++`, `libgcc_s`) comes from the system.
/// JavaCPP holds a file lock while it extracts, so that several first runs may start at once.
///
/// `org.bytedeco.javacpp.loadLibraries` is set to `false` unless the application has set it.
public enum NativeBundle {
    /// The runtime of all bindings.
    JAVACPP("javacpp", List.of(), "libjnijavacpp.so"),
    /// BLAS and LAPACK, without their Java bindings.
    OPENBLAS("openblas", List.of(), "libquadmath.so.0", "libgfortran.so.5", "libopenblas.so.0"),
    /// libtorch for CPUs.
    PYTORCH("pytorch", List.of(JAVACPP, OPENBLAS), "libgomp.so.1", "libc10.so", "libtorch_cpu.so", "libjnitorch.so"),
    /// OpenCV's core, imgproc and imgcodecs.
    OPENCV("opencv", List.of(JAVACPP, OPENBLAS), "libopencv_core.so.413", "libopencv_imgproc.so.413",
            "libopencv_imgcodecs.so.413", "libjniopencv_core.so", "libjniopencv_imgproc.so",
            "libjniopencv_imgcodecs.so");

    private static final String JAVACPP_LOADER = "org.bytedeco.javacpp.loadLibraries";
    /// Quadruple precision of GNU Fortran, which exists on x86 only.
    private static final String X86_ONLY = "libquadmath.so.0";

    private final String project;
    private final List<NativeBundle> dependencies;
    private final List<String> libraries;

    NativeBundle(String project, List<NativeBundle> dependencies, String... libraries) {
        this.project = project;
        this.dependencies = dependencies;
        this.libraries = List.of(libraries);
    }

    /// Loads the libraries of this bundle and of its dependencies. Later calls have no effect. On systems other than
    /// Linux, JavaCPP loads them itself.
    ///
    /// @throws UnsatisfiedLinkError if the class path has no such jar for this platform, or a library cannot be loaded
    /// @throws UncheckedIOException if a library cannot be extracted
    public void load() {
        if (!System.getProperty("os.name").startsWith("Linux")) {
            return;
        }
        if (System.getProperty(JAVACPP_LOADER) == null) {
            System.setProperty(JAVACPP_LOADER, "false");
        }
        open();
    }

    /// Whether the class path has the libraries of this bundle for this platform. Always true on systems other than
    /// Linux, where JavaCPP finds them.
    public boolean isOnClassPath() {
        return !System.getProperty("os.name").startsWith("Linux")
                || Loader.class.getResource(resource(libraries.getLast())) != null;
    }

    private String resource(String library) {
        return "/org/bytedeco/" + project + "/" + Loader.getPlatform() + "/" + library;
    }

    @SuppressWarnings("restricted")
    private void open() {
        dependencies.forEach(NativeBundle::open);
        List<File> files = libraries.stream()
                .filter(library -> !library.equals(X86_ONLY) || Loader.getPlatform().contains("x86"))
                .map(this::extract).toList();
        files.forEach(file -> System.load(file.getAbsolutePath()));
    }

    /// The library as a file: in JavaCPP's cache folder, or where the class path has it as a file.
    private File extract(String library) {
        String resource = resource(library);
        URL url = Loader.class.getResource(resource);
        if (url == null) {
            throw new UnsatisfiedLinkError("the class path has no " + resource + ": add " + project
                    + "'s jar for this platform, with the classifier " + Loader.getPlatform());
        }
        try {
            return url.getProtocol().equals("file") ? new File(url.toURI()) : Loader.cacheResource(url);
        } catch (IOException | URISyntaxException e) {
            throw new UncheckedIOException("cannot extract " + library + " from " + url + " to JavaCPP's cache folder;"
                    + " -Dorg.bytedeco.javacpp.cachedir=<folder> names another one", new IOException(e));
        }
    }
}
