package io.yolofit.app.report;

import io.yolofit.app.console.TextTable.Column;
import io.yolofit.app.console.TextTable;
import io.yolofit.app.console.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Data loading of a planned run as text: the measurement, the verdict, and the setting that helps.
public final class LoadingText {
    private static final String UNIT = "img";

    private LoadingText() {}

    public static List<String> lines(LoadingReport loading) {
        List<String> lines = new ArrayList<>();
        lines.add(measurement(loading.machine()));
        var table = new TextTable(Column.left("loading"), Column.right("decoding"), Column.right("from a cache"));
        loading.measured().forEach(row -> table.row("workers=" + row.workers(), Units.rate(row.decoding(), UNIT),
                Units.rate(row.cached(), UNIT)));
        lines.addAll(table.lines());
        lines.add(verdict(loading));
        advice(loading).ifPresent(lines::add);
        return lines;
    }

    /// What was measured: `Data loading, measured on this machine (2 cores) with 96 training images in 0.9 s`.
    public static String measurement(LoadingReport.Machine machine) {
        return "Data loading, measured on this machine (" + count(machine.cores(), "core") + ") with "
                + count(machine.images(), "training image") + " in " + Units.fixed(machine.seconds(), 1) + " s"
                + (machine.reused() ? ", by an earlier plan" : "");
    }

    /// The verdict with both rates.
    public static String verdict(LoadingReport loading) {
        LoadingReport.Setting current = loading.current();
        return "The run is " + loading.bound() + ": " + current.options() + " loads "
                + Units.rate(current.loaded(), UNIT) + (loading.machine().held() ? " after the first epoch, which "
                + "decodes the images" : "") + "; the " + (loading.machine().shared() ? "CPU" : "GPU")
                + " trains about " + Units.rate(loading.needed(), UNIT) + " without loading"
                + (loading.machine().shared() ? " on the same cores" : "") + "; together about "
                + Units.rate(current.expected(), UNIT);
    }

    /// The setting that helps; empty if the run is not limited by loading.
    public static Optional<String> advice(LoadingReport loading) {
        String cores = loading.cores() == 0 ? "" : "about " + loading.cores() + " cores like these would keep up with "
                + "the GPU";
        if (loading.better() == null) {
            return cores.isEmpty() ? Optional.empty()
                    : Optional.of("No setting of the loader helps on this machine; " + cores);
        }
        LoadingReport.Setting better = loading.better();
        return Optional.of("With " + better.changed() + ": loads " + Units.rate(better.loaded(), UNIT)
                + ", together about " + Units.rate(better.expected(), UNIT) + ", " + better.bound()
                + (cores.isEmpty() ? "" : "; " + cores));
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
