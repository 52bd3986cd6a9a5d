package io.yolofit.app.run;

import io.yolofit.app.run.ResultsRow.Losses;
import io.yolofit.app.run.ResultsRow.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// `results.csv`: a header and one row per epoch, in the customary columns that users' scripts read.
///
/// Every row is synced to disk when [#append] returns, so a killed run keeps its finished epochs.
public final class ResultsCsv {
    /// The columns, in order.
    public static final List<String> COLUMNS = List.of("epoch", "time",
            "train/box_loss", "train/cls_loss", "train/dfl_loss",
            "metrics/precision(B)", "metrics/recall(B)", "metrics/mAP50(B)", "metrics/mAP50-95(B)",
            "val/box_loss", "val/cls_loss", "val/dfl_loss", "lr/pg0", "lr/pg1", "lr/pg2");
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
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, kept);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
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
        return new ResultsRow((int) v[0], v[1], new Losses(v[2], v[3], v[4]), new Metrics(v[5], v[6], v[7], v[8]),
                new Losses(v[9], v[10], v[11]), List.of(v[12], v[13], v[14]));
    }

    private static String line(ResultsRow row) {
        DoubleStream values = DoubleStream.concat(DoubleStream.of(row.epoch(), row.time(),
                row.train().box(), row.train().cls(), row.train().dfl(),
                row.metrics().precision(), row.metrics().recall(), row.metrics().map50(), row.metrics().map50To95(),
                row.val().box(), row.val().cls(), row.val().dfl()),
                row.learning().stream().mapToDouble(Double::doubleValue));
        return values.mapToObj(SixDigits::text).collect(Collectors.joining(",", "", "\n"));
    }
}
