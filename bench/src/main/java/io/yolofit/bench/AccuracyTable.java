package io.yolofit.bench;

import io.yolofit.app.console.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Statistics over training runs that differ in their seed only: mean, standard deviation and 95 % confidence interval
/// of the best mAP50-95, of its mean over the last ten epochs, and of the training losses of the last ten epochs; then
/// paired differences between groups, seed by seed.
///
/// Arguments: a folder with files `<set>-<variant>-s<seed>.csv`, each the `results.csv` of a run, and optionally the
/// variant that the others of its set are compared with, and the last epoch that counts (default: the last of a run),
/// so that unfinished runs can be compared with the same epochs of finished ones.
public final class AccuracyTable {
    private static final Pattern NAME = Pattern.compile("(.+)-([^-]+)-s(\\d+)\\.csv");
    private static final int LAST = 10;
    /// Quantiles .975 of Student's t distribution with 1 to 29 degrees of freedom; beyond, the normal distribution's.
    private static final double[] T = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201,
            2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
            2.052, 2.048, 2.045};
    private static final double NORMAL = 1.960;

    private AccuracyTable() {
    }

    /// The figures of one run.
    ///
    /// @param best maximum of mAP50-95 over the epochs
    /// @param last mean of mAP50-95 over the last ten epochs
    /// @param box  mean training loss of the last ten epochs; `cls` and `dfl` likewise
    record Run(double best, double last, double box, double cls, double dfl) {
        /// Reads a `results.csv` up to an epoch.
        ///
        /// @throws IOException if the file cannot be read, lacks a column, or ends before the epoch
        static Run of(Path csv, int epochs) throws IOException {
            List<String> lines = Files.readAllLines(csv);
            List<String> columns = Stream.of(lines.getFirst().split(",")).map(String::strip).toList();
            List<String[]> rows = lines.stream().skip(1).filter(line -> !line.isBlank()).map(line -> line.split(","))
                    .limit(epochs).toList();
            if (rows.isEmpty() || epochs < Integer.MAX_VALUE && rows.size() < epochs) {
                throw new IOException(csv + " has " + rows.size() + " epochs"
                        + (rows.isEmpty() ? "" : " of " + epochs));
            }
            List<String[]> end = rows.subList(Math.max(0, rows.size() - LAST), rows.size());
            int map = column(columns, "metrics/mAP50-95(B)", csv);
            return new Run(rows.stream().mapToDouble(row -> Double.parseDouble(row[map])).max().orElseThrow(),
                    mean(end, map), mean(end, column(columns, "train/box_loss", csv)),
                    mean(end, column(columns, "train/cls_loss", csv)),
                    mean(end, column(columns, "train/dfl_loss", csv)));
        }

        private static int column(List<String> columns, String name, Path csv) throws IOException {
            int index = columns.indexOf(name);
            if (index < 0) {
                throw new IOException(csv + " has no column " + name);
            }
            return index;
        }

        private static double mean(List<String[]> rows, int column) {
            return rows.stream().mapToDouble(row -> Double.parseDouble(row[column])).average().orElseThrow();
        }
    }

    /// A figure of a run, by name.
    private enum Figure {
        BEST("best mAP50-95", Run::best),
        LAST_TEN("mAP50-95, last 10", Run::last),
        BOX("box loss, last 10", Run::box),
        CLS("class loss, last 10", Run::cls),
        DFL("dfl loss, last 10", Run::dfl);

        private final String title;
        private final ToDoubleFunction<Run> of;

        Figure(String title, ToDoubleFunction<Run> of) {
            this.title = title;
            this.of = of;
        }
    }

    /// Mean, standard deviation of a run, and half the width of the mean's 95 % confidence interval.
    record Estimate(int count, double mean, double deviation, double interval) {
        /// @param values at least one; with one, deviation and interval are not a number
        static Estimate of(double[] values) {
            double mean = Arrays.stream(values).average().orElseThrow();
            double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
            int freedom = values.length - 1;
            double deviation = Math.sqrt(squares / freedom);
            double quantile = freedom == 0 ? Double.NaN : freedom <= T.length ? T[freedom - 1] : NORMAL;
            return new Estimate(values.length, mean, deviation, quantile * deviation / Math.sqrt(values.length));
        }
    }

    public static void main(String[] arguments) throws IOException {
        Console console = Console.ofSystem();
        Map<String, Map<String, Map<Integer, Run>>> runs = read(Path.of(arguments[0]),
                arguments.length > 2 ? Integer.parseInt(arguments[2]) : Integer.MAX_VALUE);
        runs.forEach((set, variants) -> {
            console.line("");
            console.line("| " + set + " | runs | " + String.join(" | ", titles()) + " |");
            console.line("| --- ".repeat(Figure.values().length + 2) + "|");
            variants.forEach((variant, seeds) -> console.line(absolute(variant, seeds)));
            if (arguments.length > 1 && variants.containsKey(arguments[1])) {
                variants.forEach((variant, seeds) -> {
                    if (!variant.equals(arguments[1])) {
                        console.line(difference(variant, arguments[1], seeds, variants.get(arguments[1])));
                    }
                });
            }
        });
    }

    private static List<String> titles() {
        return Stream.of(Figure.values()).map(figure -> figure.title).toList();
    }

    private static Map<String, Map<String, Map<Integer, Run>>> read(Path folder, int epochs) throws IOException {
        Map<String, Map<String, Map<Integer, Run>>> runs = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            Matcher name = NAME.matcher(file.getFileName().toString());
            if (name.matches()) {
                runs.computeIfAbsent(name.group(1), set -> new TreeMap<>())
                        .computeIfAbsent(name.group(2), variant -> new TreeMap<>())
                        .put(Integer.parseInt(name.group(3)), Run.of(file, epochs));
            }
        }
        return runs;
    }

    private static String absolute(String variant, Map<Integer, Run> seeds) {
        List<String> cells = new ArrayList<>(List.of(variant, String.valueOf(seeds.size())));
        for (Figure figure : Figure.values()) {
            Estimate estimate = Estimate.of(seeds.values().stream().mapToDouble(figure.of).toArray());
            cells.add(String.format(Locale.ROOT, "%.4f ± %.4f (sd %.4f)", estimate.mean, estimate.interval,
                    estimate.deviation));
        }
        return "| " + String.join(" | ", cells) + " |";
    }

    /// Of seeds that both variants ran: mean difference, in percent for losses.
    private static String difference(String variant, String base, Map<Integer, Run> seeds, Map<Integer, Run> others) {
        List<Integer> common = seeds.keySet().stream().filter(others::containsKey).toList();
        List<String> cells = new ArrayList<>(List.of(variant + " minus " + base, String.valueOf(common.size())));
        for (Figure figure : Figure.values()) {
            boolean percent = figure.ordinal() > Figure.LAST_TEN.ordinal();
            double[] values = common.stream().mapToDouble(seed -> {
                double one = figure.of.applyAsDouble(seeds.get(seed));
                double other = figure.of.applyAsDouble(others.get(seed));
                return percent ? 100 * (one / other - 1) : one - other;
            }).toArray();
            if (values.length == 0) {
                cells.add("");
                continue;
            }
            Estimate estimate = Estimate.of(values);
            cells.add(String.format(Locale.ROOT, percent ? "%+.2f ± %.2f %%" : "%+.4f ± %.4f", estimate.mean,
                    estimate.interval));
        }
        return "| " + String.join(" | ", cells) + " |";
    }
}
