package io.yolofit.engine.cuda.driver;

import io.yolofit.base.file.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Compiles kernel sources for the device on first use. Cubins are cached on disk under a digest of everything they
/// depend on: source, headers, options, compiler version, compute capability.
public final class Sources {
    private static final String FOLDER = "/io/yolofit/engine/cuda/kernels/";
    private static final Pattern INCLUDE = Pattern.compile("^#include \"(.+)\"$", Pattern.MULTILINE);

    private final Device device;
    private final Nvrtc compiler;
    private final Path cache;
    private final Map<String, Long> functions = new HashMap<>();

    /// @param cache folder of the cubins, created on first use
    public Sources(Device device, Nvrtc compiler, Path cache) {
        this.device = device;
        this.compiler = compiler;
        this.cache = cache;
    }

    /// A kernel without grid and arguments.
    ///
    /// @param defines `NAME` or `NAME=value`
    /// @throws CudaException with the compiler's log
    public Launch kernel(String source, String entry, List<String> defines) {
        String name = source + ":" + entry + defines;
        long function = functions.computeIfAbsent(name, key ->
                device.functions(binary(source, defines), List.of(entry)).getFirst());
        return new Launch(device.driver(), function, name);
    }

    private byte[] binary(String source, List<String> defines) {
        List<String> options = new ArrayList<>(List.of("--gpu-architecture=sm_" + device.capability(),
                "--std=c++17", "--extra-device-vectorization"));
        defines.forEach(define -> options.add("-D" + define));
        String text = read(source);
        Map<String, String> headers = new TreeMap<>();
        readHeaders(text, headers);
        Path file = cache.resolve(digest(text, String.join("\n", headers.values()), String.join(" ", options),
                compiler.version()) + ".cubin");
        try {
            if (Files.exists(file)) {
                return Files.readAllBytes(file);
            }
            byte[] binary = compiler.compile(source, text, headers, options);
            keep(file, binary);
            return binary;
        } catch (IOException e) {
            throw new UncheckedIOException("the compiled kernel " + file + " cannot be read or written", e);
        }
    }

    /// Several processes may write the same file at once: a reader sees a complete file or none.
    private static void keep(Path file, byte[] binary) throws IOException {
        Files.createDirectories(file.getParent());
        AtomicFile.replacePrivate(file, draft -> Files.write(draft, binary));
    }

    /// Adds the headers that a source includes, directly or through others, by name.
    private static void readHeaders(String text, Map<String, String> headers) {
        INCLUDE.matcher(text).results().map(include -> include.group(1)).filter(name -> !headers.containsKey(name))
                .forEach(name -> {
                    headers.put(name, read(name));
                    readHeaders(headers.get(name), headers);
                });
    }

    private static String read(String name) {
        try (InputStream stream = Sources.class.getResourceAsStream(FOLDER + name)) {
            if (stream == null) {
                throw new IllegalArgumentException("there is no kernel source " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("kernel source " + name + " cannot be read", e);
        }
    }

    private static String digest(String... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
