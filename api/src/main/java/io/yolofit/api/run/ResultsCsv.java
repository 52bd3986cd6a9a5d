package io.yolofit.api.run;

import io.yolofit.api.run.ResultsRow.Metrics;
import io.yolofit.base.file.AtomicFile;
import io.yolofit.graph.op.LossTerm;
import io.yolofit.train.program.LossItems;
import io.yolofit.zoo.head.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/// `results.csv`: a header and one row per epoch, in the customary columns that users' scripts read.
///
/// Every row is synced to disk when [#append] returns, so a killed run keeps its finished epochs.
public final class ResultsCsv {
    /// The columns, in order.
    public static final List<String> COLUMNS = Stream.of(List.of("epoch", "time"), Task.DETECTION.lossColumns("train"),
            Task.DETECTION.metrics(), Task.DETECTION.lossColumns("val"), List.of("lr/pg0", "lr/pg1", "lr/pg2"))
            .flatMap(List::stream).toList();
    /// Index of the first training loss.
    private static final int TRAIN = 2;
    private static final String HEADER = String.join(",", COLUMNS) + "\n";

    private final Path file;

    private ResultsCsv(Path file) {
        this.file = file;
    }

    /// Creates a new file; an existing one is replaced.
    public static ResultsCsv create(Path file) throws IOException {
        Files.writeString(file, HEADER);
        return new ResultsCsv(file);
    }

    /// Continues a file after an epoch: rows of later epochs, which the run will repeat, are dropped. A missing file is
    /// created.
    ///
    /// @throws IOException if the file is malformed; the message names the line
    public static ResultsCsv resume(Path file, int lastEpoch) throws IOException {
        if (!Files.exists(file)) {
            return create(file);
        }
        String kept = read(file).stream().filter(row -> row.epoch() <= lastEpoch).map(ResultsCsv::line)
                .collect(Collectors.joining("", HEADER, ""));
        AtomicFile.replace(file, draft -> Files.writeString(draft, kept));
        return new ResultsCsv(file);
    }

    /// Appends a row.
    public void append(ResultsRow row) throws IOException {
        Files.writeString(file, line(row), StandardOpenOption.APPEND, StandardOpenOption.SYNC);
    }

    /// All rows of a file. Blanks around values, which older tools write, are allowed. A truncated last row of a killed
    /// run is ignored.
    ///
    /// @throws IOException if the columns differ or a value is not a number; the message names the line
    public static List<ResultsRow> read(Path file) throws IOException {
        String text = Files.readString(file);
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !cells(lines.getFirst()).equals(COLUMNS)) {
            throw new IOException(file + ":1: expected the columns " + HEADER.strip() + "\n  found "
                    + (lines.isEmpty() ? "an empty file" : lines.getFirst()));
        }
        var rows = new ArrayList<ResultsRow>();
        for (int at = 1; at < lines.size(); at++) {
            boolean truncated = at == lines.size() - 1 && !text.endsWith("\n");
            if (!truncated && !lines.get(at).isBlank()) {
                rows.add(row(lines.get(at), file + ":" + (at + 1)));
            }
        }
        return rows;
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split(",", -1)).map(String::strip).toList();
    }

    private static ResultsRow row(String line, String where) throws IOException {
        List<String> cells = cells(line);
        if (cells.size() != COLUMNS.size()) {
            throw new IOException(where + ": expected " + COLUMNS.size() + " values, found " + cells.size());
        }
        double[] v = new double[cells.size()];
        for (int at = 0; at < v.length; at++) {
            try {
                v[at] = SixDigits.parse(cells.get(at));
            } catch (NumberFormatException _) {
                throw new IOException(where + ": " + COLUMNS.get(at) + " is '" + cells.get(at) + "', not a number");
            }
        }
        if (v[0] < 1 || v[0] != Math.rint(v[0])) {
            throw new IOException(where + ": epoch is '" + cells.getFirst() + "', expected an integer, 1 or more");
        }
        int metrics = TRAIN + LossTerm.COUNT;
        int val = metrics + Task.DETECTION.metrics().size();
        int rates = val + LossTerm.COUNT;
        return new ResultsRow((int) v[0], v[1], LossItems.of(term -> v[TRAIN + term.ordinal()]),
                new Metrics(v[metrics], v[metrics + 1], v[metrics + 2], v[metrics + 3]),
                LossItems.of(term -> v[val + term.ordinal()]), List.of(v[rates], v[rates + 1], v[rates + 2]));
    }

    private static String line(ResultsRow row) {
        return Stream.of(DoubleStream.of(row.epoch(), row.time()), values(row.train()),
                DoubleStream.of(row.metrics().precision(), row.metrics().recall(), row.metrics().map50(),
                        row.metrics().map50To95()), values(row.val()),
                row.learning().stream().mapToDouble(Double::doubleValue)).flatMapToDouble(values -> values)
                .mapToObj(SixDigits::text).collect(Collectors.joining(",", "", "\n"));
    }

    private static DoubleStream values(LossItems items) {
        return Arrays.stream(LossTerm.values()).mapToDouble(items::get);
    }
}
