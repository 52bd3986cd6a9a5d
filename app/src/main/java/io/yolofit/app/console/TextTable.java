package io.yolofit.app.console;

import java.util.ArrayList;
import java.util.List;

/// A text table: columns as wide as their longest cell, separated by two spaces.
public final class TextTable {
    private static final String GAP = "  ";

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    /// One column: its heading, which may be empty, and whether its cells are right-aligned.
    public record Column(String heading, boolean right) {
        public static Column left(String heading) {
            return new Column(heading, false);
        }

        public static Column right(String heading) {
            return new Column(heading, true);
        }
    }

    public TextTable(Column... columns) {
        this.columns = List.of(columns);
    }

    /// Adds a row with one cell per column.
    public TextTable row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    "a row of " + cells.length + " cells in a table of " + columns.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    /// Adds a horizontal rule, as above a total.
    public TextTable rule() {
        rows.add(List.of());
        return this;
    }

    /// The lines of the table, without trailing blanks. The header is omitted if all headings are empty.
    public List<String> lines() {
        int[] widths = new int[columns.size()];
        for (int at = 0; at < widths.length; at++) {
            int column = at;
            widths[at] = Math.max(columns.get(at).heading().length(), rows.stream().filter(row -> !row.isEmpty())
                    .mapToInt(row -> row.get(column).length()).max().orElse(0));
        }
        var lines = new ArrayList<String>();
        List<String> headings = columns.stream().map(Column::heading).toList();
        if (!headings.stream().allMatch(String::isEmpty)) {
            lines.add(line(headings, widths));
            lines.add(rule(widths));
        }
        for (List<String> row : rows) {
            lines.add(row.isEmpty() ? rule(widths) : line(row, widths));
        }
        return lines;
    }

    private String line(List<String> cells, int[] widths) {
        var line = new StringBuilder();
        for (int at = 0; at < widths.length; at++) {
            String blanks = " ".repeat(widths[at] - cells.get(at).length());
            line.append(at == 0 ? "" : GAP)
                    .append(columns.get(at).right() ? blanks + cells.get(at) : cells.get(at) + blanks);
        }
        return line.toString().stripTrailing();
    }

    private static String rule(int[] widths) {
        int total = GAP.length() * (widths.length - 1);
        for (int width : widths) {
            total += width;
        }
        return "-".repeat(total);
    }
}
