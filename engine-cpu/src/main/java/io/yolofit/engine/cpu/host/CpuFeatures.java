package io.yolofit.engine.cpu.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Instruction set extensions of the processor, by the names in `/proc/cpuinfo`; empty on systems other than Linux.
public final class CpuFeatures {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private CpuFeatures() {
    }

    /// Whether bf16 is faster than fp32: the processor has the bf16 dot products of AVX-512.
    public static boolean computeInBf16() {
        return detect().contains("avx512_bf16");
    }

    public static Set<String> detect() {
        Set<String> features = new TreeSet<>();
        if (!Files.isReadable(CPU_INFO)) {
            return features;
        }
        try (var lines = Files.lines(CPU_INFO)) {
            lines.filter(line -> line.startsWith("flags") || line.startsWith("Features")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .ifPresent(words -> features.addAll(List.of(words.split(" +"))));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot read " + CPU_INFO, e);
        }
        return features;
    }
}
