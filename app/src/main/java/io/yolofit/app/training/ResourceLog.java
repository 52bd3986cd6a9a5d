package io.yolofit.app.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Writes `resources.csv`: for every epoch what limited its speed, how long it waited for images, and memory. On the
/// CPU, the device is the host.
final class ResourceLog {
    private static final String HEADER = "epoch,bound,waited_share,wait_ms,step_ms,own_bytes,free_bytes,"
            + "host_bytes,host_free_bytes";

    private final Path file;

    private ResourceLog(Path file) {
        this.file = file;
    }

    /// Opens the log of a run.
    ///
    /// @param epochs completed epochs of a resumed run, whose rows are kept; 0 for a new run
    static ResourceLog open(Path file, int epochs) throws IOException {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        if (epochs > 0 && Files.exists(file)) {
            Files.readAllLines(file).stream().skip(1).limit(epochs).forEach(lines::add);
        }
        Files.write(file, lines);
        return new ResourceLog(file);
    }

    /// @param epoch  from 1
    /// @param device memory of the device
    /// @param host   memory of the host
    void append(int epoch, LoadingWatch.Epoch loading, MemoryReading device, MemoryReading host) throws IOException {
        Files.writeString(file, String.format(Locale.ROOT, "%d,%s,%.4f,%.2f,%.2f,%d,%d,%d,%d%n", epoch,
                loading.bound().word(), loading.share(), loading.waitMillis(), loading.stepMillis(), device.own(),
                device.free(), host.own(), host.free()), StandardOpenOption.APPEND);
    }
}
