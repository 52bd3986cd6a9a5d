package io.yolofit.engine.cuda.dnn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Chosen plans on disk: one text file for each device, cuDNN version and workspace, a line for each convolution: the
/// plan's name, milliseconds, key. The heuristics of one version propose the same for the same device, so that a rank
/// is name enough for one of theirs. Lines that cannot be read are left out and decided again.
public final class TuningCache {
    private static final int FIELDS = 3;
    private static final char SEPARATOR = '\t';
    private static final String NAME = "\\d{1,3}|[a-z]+(\\.\\w+)+";

    private final Path file;
    private final Map<String, Choice> choices = new TreeMap<>();
    private boolean changed;

    private record Choice(String plan, float milliseconds) {
    }

    private TuningCache(Path file) {
        this.file = file;
    }

    /// @param folder made when something is saved
    /// @param device as `NVIDIA H200`
    /// @param cudnn its version, as `9.19.0`
    public static TuningCache open(Path folder, String device, String cudnn, long workspaceCap) {
        String name = (device + "-cudnn" + cudnn + "-" + workspaceCap).replaceAll("[^A-Za-z0-9.-]", "_");
        TuningCache cache = new TuningCache(folder.resolve(name + ".txt"));
        cache.choices.putAll(read(cache.file));
        return cache;
    }

    private static Map<String, Choice> read(Path file) {
        Map<String, Choice> read = new TreeMap<>();
        if (!Files.exists(file)) {
            return read;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                String[] fields = line.split(String.valueOf(SEPARATOR), FIELDS);
                if (fields.length == FIELDS && fields[0].matches(NAME)
                        && fields[1].matches("\\d+(\\.\\d+)?([eE]-?\\d+)?")) {
                    read.put(fields[2], new Choice(fields[0], Float.parseFloat(fields[1])));
                }
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException("the choices of convolutions in " + file + " cannot be read", e);
        }
    }

    /// Name of the plan that was chosen, if one was.
    Optional<String> find(ConvolutionProblem problem) {
        return Optional.ofNullable(choices.get(problem.key())).map(Choice::plan);
    }

    void put(ConvolutionProblem problem, String plan, float milliseconds) {
        choices.put(problem.key(), new Choice(plan, milliseconds));
        changed = true;
    }

    /// Writes what is new, beside what other processes have written meanwhile.
    void save() {
        if (!changed) {
            return;
        }
        Map<String, Choice> all = read(file);
        all.putAll(choices);
        List<String> lines = new ArrayList<>();
        all.forEach((key, choice) -> lines.add(choice.plan + String.valueOf(SEPARATOR) + choice.milliseconds
                + SEPARATOR + key));
        try {
            Files.createDirectories(file.getParent());
            Path temporary = Files.createTempFile(file.getParent(), "plans", ".tmp");
            Files.write(temporary, lines);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("the choices of convolutions cannot be kept in " + file, e);
        }
        changed = false;
    }
}
