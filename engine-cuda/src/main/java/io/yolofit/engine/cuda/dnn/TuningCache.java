package io.yolofit.engine.cuda.dnn;

import io.yolofit.base.file.AtomicFile;
import io.yolofit.engine.TunedConvolution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The autotuner's selections on disk. One text file for each device, cuDNN version and workspace cap; one line for
/// each convolution: algorithm name, milliseconds and problem key, separated by tabs. cuDNN's heuristics return the
/// same configurations in the same order for a given version and device, so a rank identifies an algorithm of cuDNN.
/// Malformed lines are ignored, and their convolutions are tuned again.
public final class TuningCache {
    private static final int FIELDS = 3;
    private static final char SEPARATOR = '\t';
    private static final String NAME = "\\d{1,3}|[a-z]\\w*(\\.\\w+)+";

    private final Path file;
    private final Map<String, Entry> entries = new TreeMap<>();
    private boolean changed;

    private record Entry(String algorithm, float milliseconds) {
    }

    private TuningCache(Path file) {
        this.file = file;
    }

    /// @param folder created by the first save
    /// @param device name of the device: `NVIDIA H200`
    /// @param cudnn version of cuDNN: `9.19.0`
    public static TuningCache open(Path folder, String device, String cudnn, long workspaceCap) {
        String name = (device + "-cudnn" + cudnn + "-" + workspaceCap).replaceAll("[^A-Za-z0-9.-]", "_");
        TuningCache cache = new TuningCache(folder.resolve(name + ".txt"));
        cache.entries.putAll(read(cache.file));
        return cache;
    }

    private static Map<String, Entry> read(Path file) {
        Map<String, Entry> read = new TreeMap<>();
        if (!Files.exists(file)) {
            return read;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                String[] fields = line.split(String.valueOf(SEPARATOR), FIELDS);
                if (fields.length == FIELDS && fields[0].matches(NAME)
                        && fields[1].matches("\\d+(\\.\\d+)?([eE]-?\\d+)?")) {
                    read.put(fields[2], new Entry(fields[0], Float.parseFloat(fields[1])));
                }
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException("the tuning cache " + file + " cannot be read", e);
        }
    }

    /// Whether no convolution was tuned yet.
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Convolutions that were tuned, by this process and by earlier ones.
    public List<TunedConvolution> tuned() {
        return entries.entrySet().stream().flatMap(entry -> TuningKey.parse(entry.getKey(),
                entry.getValue().milliseconds).stream()).toList();
    }

    /// Name of the algorithm that was selected for a problem.
    Optional<String> find(String problem) {
        return Optional.ofNullable(entries.get(problem)).map(Entry::algorithm);
    }

    void put(String problem, String algorithm, float milliseconds) {
        entries.put(problem, new Entry(algorithm, milliseconds));
        changed = true;
    }

    /// Writes new entries, merged with those that other processes have written in the meantime.
    void save() {
        if (!changed) {
            return;
        }
        Map<String, Entry> all = read(file);
        all.putAll(entries);
        List<String> lines = new ArrayList<>();
        all.forEach((key, entry) -> lines.add(entry.algorithm + String.valueOf(SEPARATOR) + entry.milliseconds
                + SEPARATOR + key));
        try {
            Files.createDirectories(file.getParent());
            AtomicFile.replacePrivate(file, draft -> Files.write(draft, lines));
        } catch (IOException e) {
            throw new UncheckedIOException("the tuning cache " + file + " cannot be written", e);
        }
        changed = false;
    }
}
