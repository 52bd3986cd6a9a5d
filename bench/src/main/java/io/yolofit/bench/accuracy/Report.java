package io.yolofit.bench.accuracy;

import io.yolofit.app.console.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The files of a program: a summary, which is also printed, and tables as CSV. Files are written when it is closed,
/// also after a failure, with everything up to then.
final class Report implements AutoCloseable {
    private final Console console = Console.ofSystem();
    private final long start = System.nanoTime();
    private final Path folder;
    private final String name;
    private final List<String> summary = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();

    /// Rows of a CSV file.
    record Table(String name, List<String> rows) {
        /// Appends a row; numbers with six significant digits.
        void row(Object... cells) {
            StringBuilder row = new StringBuilder();
            for (Object cell : cells) {
                row.append(row.isEmpty() ? "" : ",").append(cell instanceof Double number
                        ? String.format(Locale.ROOT, "%.6g", number) : cell.toString());
            }
            rows.add(row.toString());
        }
    }

    /// @param name of the program, which is the beginning of the names of its files
    Report(Path folder, String name) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.name = name;
    }

    /// A CSV file `<program>-<name>.csv`.
    Table table(String table, String header) {
        tables.add(new Table(table, new ArrayList<>(List.of(header))));
        return tables.getLast();
    }

    /// A line of the summary.
    void line(String format, Object... arguments) {
        String line = String.format(Locale.ROOT, format, arguments);
        summary.add(line);
        console.line(line);
    }

    /// Prints progress, with the seconds since the start, but keeps it out of the summary.
    void progress(String text) {
        console.line(String.format(Locale.ROOT, "[%5.1f s] %s", (System.nanoTime() - start) / 1e9, text));
    }

    @Override
    public void close() throws IOException {
        Files.write(folder.resolve(name + ".txt"), summary);
        for (Table table : tables) {
            Files.write(folder.resolve(name + "-" + table.name() + ".csv"), table.rows());
        }
    }
}
