package io.yolofit.engine.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/// What the processor can do, as the kernel names it; empty where it does not say (only Linux does).
public final class CpuFeatures {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private CpuFeatures() {
    }

    public static Set<String> detect() {
        Set<String> features = new TreeSet<>();
        if (!Files.isReadable(CPU_INFO)) {
            return features;
        }
        try (var lines = Files.lines(CPU_INFO)) {
            lines.filter(line -> line.startsWith("flags") || line.startsWith("Features")).findFirst()
                    .ifPresent(line -> features.addAll(Set.of(line.substring(line.indexOf(':') + 1).trim().split(" +"))));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot read " + CPU_INFO, e);
        }
        return features;
    }
}
