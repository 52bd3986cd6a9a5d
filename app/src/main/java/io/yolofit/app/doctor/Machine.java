package io.yolofit.app.doctor;

import io.yolofit.app.plot.Drawing;
import io.yolofit.base.AvailableMemory;
import io.yolofit.base.file.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Facts about a machine and its Java runtime. Sizes are bytes.
///
/// @param java         feature release: 25
/// @param javaText     version and vendor
/// @param memory       of the machine or of the container
/// @param freeMemory   available to programs
/// @param maxHeap      upper limit of the Java heap
/// @param cpuFlags     instruction sets by their Linux names; empty where they cannot be read
/// @param cacheFolder  for dataset scans, compiled kernels and the like
/// @param cacheFailure why it is not writable, if it is not
/// @param workFolder   folder that runs are written to
/// @param freeDisk     of the work folder's file system
/// @param drawFailure  why plots cannot be drawn, if they cannot
public record Machine(int java, String javaText, String system, int cores, long memory, long freeMemory, long maxHeap,
        Optional<Set<String>> cpuFlags, Path cacheFolder, Optional<String> cacheFailure, Path workFolder, long freeDisk,
        Optional<String> drawFailure) {

    /// The current machine.
    ///
    /// @throws IOException if the free disk space cannot be read
    public static Machine here(Path workFolder) throws IOException {
        AvailableMemory memory = AvailableMemory.now();
        Path cache = CacheFolder.path();
        Path work = workFolder.toAbsolutePath();
        return new Machine(
                Runtime.version().feature(),
                Runtime.version() + ", " + System.getProperty("java.vendor"),
                System.getProperty("os.name") + " " + System.getProperty("os.version")
                        + ", " + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                memory.total(),
                memory.free(),
                Runtime.getRuntime().maxMemory(),
                readCpuFlags(),
                cache,
                writeFailure(cache),
                work,
                Files.getFileStore(work).getUsableSpace(),
                Drawing.failure());
    }

    private static Optional<String> writeFailure(Path folder) {
        try {
            Files.createDirectories(folder);
            Path probe = Files.createTempFile(folder, "doctor", ".tmp");
            Files.delete(probe);
            return Optional.empty();
        } catch (IOException failure) {
            return Optional.of(failure.toString());
        }
    }

    private static Optional<Set<String>> readCpuFlags() {
        return linesOf(Path.of("/proc/cpuinfo"))
                .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                .map(line -> Arrays.stream(line.substring(line.indexOf(':') + 1).strip().split(" "))
                        .collect(Collectors.toUnmodifiableSet()))
                .findFirst();
    }

    /// Empty on systems without the file.
    private static Stream<String> linesOf(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException _) {
            return Stream.empty();
        }
    }
}
