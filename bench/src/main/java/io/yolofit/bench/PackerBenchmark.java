package io.yolofit.bench;

import io.yolofit.app.console.Console;
import io.yolofit.graph.Role;
import io.yolofit.graph.plan.ArenaPacker;
import io.yolofit.graph.plan.Buffer;
import io.yolofit.graph.plan.BufferUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The memory planner's packer on instances in MiniMalloc's format: packed bytes over the capacity, and time.
///
/// Argument: a folder of files `<name>.<capacity>.csv` with the columns buffer, start, end, size, such as
/// `graph/src/test/resources/minimalloc`.
public final class PackerBenchmark {
    private static final int WARM_UP = 3;
    private static final int RUNS = 5;

    private PackerBenchmark() {
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("give one argument: a folder of files <name>.<capacity>.csv");
        }
        Console console = Console.ofSystem();
        console.line("| instance | buffers | lower bound, B | packed, B | over capacity | ms |");
        console.line("|---|---|---|---|---|---|");
        for (Path file : instances(Path.of(arguments[0]))) {
            List<Buffer> buffers = read(file);
            long bound = lowerBound(buffers);
            long capacity = Long.parseLong(file.getFileName().toString().split("\\.")[1]);
            double[] seconds = new double[RUNS];
            long packed = 0;
            for (int run = -WARM_UP; run < RUNS; run++) {
                long start = System.nanoTime();
                packed = ArenaPacker.pack(buffers, bound).bytes();
                seconds[Math.max(run, 0)] = (System.nanoTime() - start) / 1e9;
            }
            console.line("| %s | %d | %d | %d | %.2f %% | %.1f |".formatted(file.getFileName(), buffers.size(), bound,
                    packed, 100.0 * (packed - capacity) / capacity, 1e3 * TrainingBench.median(seconds)));
        }
    }

    private static List<Path> instances(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("\\w+\\.\\d+\\.csv")).sorted().toList();
        }
    }

    private static List<Buffer> read(Path file) throws IOException {
        List<Buffer> buffers = new ArrayList<>();
        for (String row : Files.readAllLines(file).stream().skip(1).toList()) {
            String[] cells = row.split(",");
            int first = Integer.parseInt(cells[1]);
            buffers.add(new Buffer(null, cells[0], Long.parseLong(cells[3]), first, Integer.parseInt(cells[2]) - 1,
                    List.of(new BufferUse(cells[0], Role.ACTIVATION, first))));
        }
        return buffers;
    }

    /// The largest sum of live bytes.
    private static long lowerBound(List<Buffer> buffers) {
        TreeMap<Integer, Long> changes = new TreeMap<>();
        for (Buffer buffer : buffers) {
            changes.merge(buffer.first(), buffer.bytes(), Long::sum);
            changes.merge(buffer.last() + 1, -buffer.bytes(), Long::sum);
        }
        long live = 0;
        long most = 0;
        for (long change : changes.values()) {
            live += change;
            most = Math.max(most, live);
        }
        return most;
    }
}
