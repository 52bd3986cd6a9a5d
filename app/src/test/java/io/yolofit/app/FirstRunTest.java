package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/// The first runs of a new user, with an empty cache folder, on a system that has other libraries of the same names.
@EnabledOnOs(value = OS.LINUX, disabledReason = "JavaCPP loads the libraries on other systems than Linux")
class FirstRunTest {
    private static final int TIMEOUT_SECONDS = 180;
    /// Libraries of the bundles, and libraries that JavaCPP's bindings would also load from the system.
    private static final List<String> DECOYS = List.of("libquadmath.so.0", "libgfortran.so.5", "libopenblas.so.0",
            "libopenblas_nolapack.so.0", "libgomp.so.1", "libc10.so", "libtorch.so", "libtorch_cpu.so",
            "libopencv_core.so.413", "libopencv_imgproc.so.413", "libopencv_imgcodecs.so.413", "libc10_cuda.so",
            "libtorch_cuda.so", "libopencv_cudev.so", "libopencv_cudev.so.413", "libcudart.so", "libcupti.so",
            "libjnijavacpp.so", "libjnitorch.so", "libjniopencv_core.so");

    @TempDir(factory = InTarget.class)
    private Path folder;

    /// Both runs extract the libraries, one after the other, and neither maps a decoy.
    @Test
    void twoFirstRunsAtOnceLoadTheBundledLibrariesOnly() throws IOException, InterruptedException {
        Path decoys = decoys();
        Process one = start(decoys, "one.txt");
        Process two = start(decoys, "two.txt");
        check(one, "one.txt");
        check(two, "two.txt");
    }

    private void check(Process process, String output) throws IOException, InterruptedException {
        boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        List<String> lines = Files.readAllLines(folder.resolve(output));
        assertThat(ended && process.exitValue() == 0).as(String.join("\n", lines)).isTrue();
        assertThat(lines).filteredOn(line -> Path.of(line).isAbsolute()).as("mapped libraries")
                .anyMatch(line -> line.endsWith("/libtorch_cpu.so"))
                .anyMatch(line -> line.endsWith("/libopencv_core.so.413"))
                .allMatch(line -> line.startsWith(folder.resolve("cache").toString()) || DECOYS.stream()
                        .noneMatch(decoy -> line.contains("/" + decoy)));
    }

    /// A folder of loadable libraries under the names of ours.
    private Path decoys() throws IOException {
        Path decoys = Files.createDirectory(folder.resolve("decoys"));
        String library = "/org/bytedeco/javacpp/" + Loader.getPlatform() + "/libjnijavacpp.so";
        for (String name : DECOYS) {
            try (InputStream content = Loader.class.getResourceAsStream(library)) {
                Files.copy(content, decoys.resolve(name));
            }
        }
        return decoys;
    }

    private Process start(Path decoys, String output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"),
                "-cp", System.getProperty("java.class.path"), FirstRun.class.getName());
        builder.environment().put("LD_LIBRARY_PATH", decoys.toString());
        return builder.redirectErrorStream(true).redirectOutput(folder.resolve(output).toFile()).start();
    }

    /// Not in the system's temporary folder, which may be small: the libraries take 400 MB.
    static final class InTarget implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
                throws IOException {
            return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "first-run");
        }
    }
}
